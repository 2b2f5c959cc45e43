package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.problem.ProblemException;
import jakarta.servlet.DispatcherType;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.method.HandlerMethod;

class QueryParameterGuardTests {

    private final QueryParameterGuard guard = new QueryParameterGuard();
    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/error");

    @SuppressWarnings("EmptyMethod")
    void handles() {
        // Only its signature matters.
    }

    private boolean passes() throws NoSuchMethodException {
        request.setParameter("unknown", "1");
        return guard.preHandle(
                request,
                new MockHttpServletResponse(),
                new HandlerMethod(this, QueryParameterGuardTests.class.getDeclaredMethod("handles")));
    }

    @Test
    void refusesWhatNobodyKnows() {
        assertThatExceptionOfType(ProblemException.class).isThrownBy(this::passes);
    }

    /** Else any failure of a call with a query would be told as a wrong parameter. */
    @Test
    void letsAFailureBeTold() throws NoSuchMethodException {
        request.setDispatcherType(DispatcherType.ERROR);

        assertThat(passes()).isTrue();
    }
}
