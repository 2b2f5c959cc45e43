package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SwaggerUiIntegrationTests extends RunningService {

    @ParameterizedTest
    @ValueSource(strings = {"/swagger-ui.html", "/swagger-ui", "/swagger-ui/"})
    void opensWithoutACredentialWhateverTheHostIsCalled(String path) {
        HttpResponse<String> start = get(path, "X-Forwarded-Host", "elsewhere.example");

        assertThat(start.statusCode()).isEqualTo(302);
        assertThat(start.headers().firstValue("Location")).contains("/swagger-ui/index.html");
    }

    @Test
    void servesEverythingThatItsPageLoads() {
        String page = get("/swagger-ui/index.html").body();

        assertThat(Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page).results())
                .extracting(match -> match.group(1))
                .hasSizeGreaterThan(4)
                .allSatisfy(file -> assertThat(
                                get(URI.create("/swagger-ui/").resolve(file).getPath())
                                        .statusCode())
                        .as(file)
                        .isEqualTo(200));
        assertThat(page).doesNotContain("<style", "style=", "http:");
        assertThat(get("/swagger-ui/swagger-initializer.js").headers().firstValue("Content-Type"))
                .contains("text/javascript;charset=UTF-8");
    }

    @Test
    void keepsNoTokenInTheBrowser() {
        assertThat(get("/swagger-ui/swagger-initializer.js").body())
                .contains("persistAuthorization: false", "localStorage.removeItem('authorized')")
                .doesNotContain("setItem", "sessionStorage");
    }

    /** The page has its settings in a file of its own, where no header of a request comes in. */
    @Test
    void hasNoSettingsThatDependOnTheRequest() {
        assertThat(get("/v3/api-docs/swagger-config").statusCode()).isEqualTo(401);
        assertThat(get("/v3/api-docs/swagger-config", "Authorization", "Bearer " + BOOTSTRAP)
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/swagger-ui/swagger-initializer.js").body()).contains("url: '../v3/api-docs'");
    }

    @Test
    void explainsEveryCredentialButPeoples() {
        String program = get("/swagger-ui/swagger-initializer.js").body();

        assertThat(document().root().at("/components/securitySchemes").propertyNames())
                .startsWith(SecuritySchemes.TOKEN)
                .hasSize(4)
                .allSatisfy(scheme -> assertThat(program)
                        .contains(scheme.equals(SecuritySchemes.TOKEN) ? "PEOPLE = 'token'" : scheme + ": 'You "));
    }

    @Test
    void opensNoOtherFiles() {
        assertThat(get("/webjars/anything.js").statusCode()).isEqualTo(401);
        assertThat(get("/webjars/swagger-ui/swagger-ui-bundle.js").statusCode()).isEqualTo(401);
        assertThat(get("/openapi/tags.json").statusCode()).isEqualTo(401);
        assertThat(get("/swagger-ui/swagger-ui-es-bundle.js").statusCode()).isEqualTo(404);
        assertThat(get("/swagger-ui/../application.yaml").statusCode()).isIn(400, 401, 404);
    }
}
