package dev.alloy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestServerTests {

    @Test
    void prefersTheServerTheEnvironmentNames() {
        var server = TestServer.choose(
                Map.of(
                        "ALLOY_TEST_DATABASE_URL", "jdbc:postgresql://db/any",
                        "ALLOY_TEST_DATABASE_USERNAME", "me",
                        "ALLOY_TEST_DATABASE_PASSWORD", "secret"),
                () -> fail("asks for Docker"));

        assertThat(server.url()).isEqualTo("jdbc:postgresql://db/any");
        assertThat(server.username()).isEqualTo("me");
        assertThat(server.password()).isEqualTo("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db:5432/any?user=a&password=b, jdbc:postgresql://db:5432/fresh?user=a&password=b",
        "jdbc:postgresql://db/any, jdbc:postgresql://db/fresh",
        "jdbc:postgresql://db/?user=a, jdbc:postgresql://db/fresh?user=a",
        "jdbc:postgresql:any, jdbc:postgresql:fresh",
    })
    void keepsTheParametersInTheUrlOfAFreshDatabase(String url, String expected) {
        assertThat(new TestServer(url, null, null, () -> {}).urlOf("fresh")).isEqualTo(expected);
    }

    @Test
    void rejectsAUrlOfAnotherDatabaseSystem() {
        var server = new TestServer("jdbc:h2:mem:x", null, null, () -> {});

        assertThatIllegalArgumentException().isThrownBy(() -> server.urlOf("fresh"));
    }
}
