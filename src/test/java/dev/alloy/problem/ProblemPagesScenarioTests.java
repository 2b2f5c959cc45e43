package dev.alloy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Problems explain themselves, and nothing else is open to who has no token. */
@AlloyTest
class ProblemPagesScenarioTests {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @EnumSource(ProblemType.class)
    void everyTypeHasAPage(ProblemType type) {
        Api.Answer page = nobody().get("/problems/" + type.slug()).expect(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.text())
                .contains(
                        type.title(),
                        type.slug(),
                        Integer.toString(type.status().value()));
        assertThat(nobody().get("/problems").expect(200).text()).contains("/problems/" + type.slug());
    }

    @Test
    void theTypeOfAProblemIsItsPage() {
        Api.Answer refusal = nobody().get("/api/whoami").expect(401);
        assertThat(refusal.json().propertyNames())
                .contains("type", "title", "status", "detail", "instance", "correlation_id", "remedy");
        assertThat(refusal.json().path("instance").asString()).isEqualTo("/api/whoami");
        assertThat(nobody().get(refusal.json().path("type").asString())
                        .expect(200)
                        .text())
                .contains(refusal.json().path("title").asString());
        assertThat(nobody().get("/problems/no-such-type").expect(404).problem()).isEqualTo("not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness", "/v3/api-docs",
                "/v3/api-docs.yaml", "/swagger-ui/index.html", "/problems", "/problems/not-found"
            })
    void whatExplainsTheServiceIsOpen(String path) {
        nobody().get(path).expect(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api",
                "/api/",
                "/api/whoami",
                "/api/nothing",
                "/actuator",
                "/actuator/env",
                "/actuator/metrics",
                "/actuator/heapdump",
                "/error",
                "/login",
                "/logout",
                "/index.html",
                "/schemas",
                "/application.yaml",
                "/db/migration/V1__database.sql",
                "/problems/a/b",
                "/.git/config",
                "/favicon.ico"
            })
    void nothingElseIs(String path) {
        assertThat(nobody().get(path).expect(401).problem()).isEqualTo("unauthenticated");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/nothing", "/nothing", "/actuator/env", "/index.html", "/db/migration/V1__database.sql"})
    void whatIsNotThereIsNotFoundForWhoeverIsKnown(String path) {
        assertThat(Api.on(port).get(path).expect(404).problem()).isEqualTo("no-such-path");
        assertThat(Api.on(port)
                        .with("Accept", "text/html")
                        .get(path)
                        .expect(404)
                        .problem())
                .isEqualTo("no-such-path");
    }

    private Api nobody() {
        return Api.on(port).as(null);
    }
}
