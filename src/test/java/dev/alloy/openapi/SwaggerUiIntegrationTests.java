package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SwaggerUiIntegrationTests extends RunningService {

    @Test
    void opensWithoutACredential() {
        HttpResponse<String> start = get("/swagger-ui.html");
        assertThat(start.statusCode()).isEqualTo(302);
        String page = start.headers().firstValue("Location").orElseThrow();

        assertThat(get(page.replaceFirst("^https?://[^/]+", "")).body()).contains("swagger-ui-bundle.js");
        assertThat(get("/swagger-ui/swagger-ui-bundle.js").statusCode()).isEqualTo(200);
    }

    @Test
    void remembersTheCredentialAndSorts() {
        JsonNode settings = JSON.readTree(get("/v3/api-docs/swagger-config").body());

        assertThat(settings.get("persistAuthorization").booleanValue()).isTrue();
        assertThat(settings.get("operationsSorter").stringValue()).isEqualTo("alpha");
        assertThat(settings.get("url").stringValue()).isEqualTo("/v3/api-docs");
    }

    @Test
    void opensNoOtherFiles() {
        assertThat(get("/webjars/anything.js").statusCode()).isEqualTo(401);
        assertThat(get("/openapi/tags.json").statusCode()).isEqualTo(401);
        assertThat(get("/swagger-ui/../application.yaml").statusCode()).isIn(400, 401, 404);
    }
}
