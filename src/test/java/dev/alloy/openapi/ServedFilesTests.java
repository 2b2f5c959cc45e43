package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.problem.ProblemWriter;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class ServedFilesTests {

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch askedAgain = new CountDownLatch(2);

    @Test
    void areMadeWhenTheServiceHasStarted() throws Exception {
        files(true, true).begin();

        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, false", "false, false"})
    void areNotMadeThenWhereTheyAreNotWanted(boolean enabled, boolean prepare) {
        files(enabled, prepare).begin();

        assertThat(asked.getCount()).isEqualTo(1);
    }

    /** Whoever waits is called again, answered by the failure, and the next one has it tried anew. */
    @Test
    void areTriedAgainAfterAFailure() throws Exception {
        ServedFiles files = files(true, false);
        MockHttpServletRequest request = request();
        var over = new CountDownLatch(1);
        assertThat(asked.getCount()).isEqualTo(1);
        files.handleRequest(request, new MockHttpServletResponse());
        ((MockAsyncContext) Objects.requireNonNull(request.getAsyncContext())).addDispatchHandler(over::countDown);
        goOn.countDown();
        assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();

        // The failure is known now, so this call has to begin anew.
        files.handleRequest(request(), new MockHttpServletResponse());
        assertThat(askedAgain.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static MockHttpServletRequest request() {
        var request = new MockHttpServletRequest("GET", ServedFiles.JSON);
        request.setAsyncSupported(true);
        return request;
    }

    private ServedFiles files(boolean enabled, boolean prepare) {
        ObjectProvider<DocumentMaker> failing = new ObjectProvider<>() {
            @Override
            public DocumentMaker getObject() {
                asked.countDown();
                askedAgain.countDown();
                try {
                    goOn.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalStateException("There is none in this test");
            }
        };
        ObjectProvider<ProblemWriter> none = new StaticListableBeanFactory().getBeanProvider(ProblemWriter.class);
        return new ServedFiles(new OpenApiSettings(enabled, prepare), failing, none);
    }
}
