package dev.alloy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Methods that no endpoint has. */
@AlloyTest
class MethodScenarioTests {

    @LocalServerPort
    private int port;

    @Test
    void optionsSayWhatIsAllowed() {
        Api.Answer answer =
                Api.on(port).send("OPTIONS", "/api/projects", null, null).expect(200);

        assertThat(answer.header("Allow")).contains("GET").contains("POST").doesNotContain("DELETE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROPFIND", "FOO", "get"})
    void anUnknownMethodIsAnsweredWithThoseThatAreKnown(String method) {
        Api.Answer answer =
                Api.on(port).send(method, "/api/projects", null, null).expect(405);

        assertThat(answer.problem()).isEqualTo("method-not-allowed");
        assertThat(answer.header("Allow")).contains("GET").contains("POST");
    }
}
