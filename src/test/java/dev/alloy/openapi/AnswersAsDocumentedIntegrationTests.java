package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.openapi.Document.Operation;
import java.net.http.HttpResponse;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Sends the documented examples and compares every answer with the document. */
class AnswersAsDocumentedIntegrationTests extends RunningService {

    private static final String ORGANIZATION = "documented-orchard";
    private static final String PROJECT = "documented-storefront";

    @Test
    void answersWithTheStatusesHeadersAndBodiesItDocuments() {
        Document document = document();
        call(document, "createOrganization", "", 201);
        call(document, "createOrganization", "", 409);
        call(document, "createAccessToken", "", 201);
        call(document, "createProject", "", 201);
        HttpResponse<String> project = call(document, "getProject", PROJECT, 200);
        String tag = project.headers().firstValue("ETag").orElseThrow();
        call(document, "getProject", PROJECT, 304, "If-None-Match", tag);
        call(document, "changeProject", PROJECT, 428);
        call(document, "changeProject", PROJECT, 200, "If-Match", tag);
        call(document, "changeProject", PROJECT, 412, "If-Match", "\"older\"");
        call(document, "getProject", "elsewhere", 404);
        call(document, "whoami", "", 200);
        String installation = id(call(document, "createInstallation", "", 201));
        call(document, "getInstallation", installation, 200);
        call(document, "putCapabilityManifest", installation, 200);
        call(document, "listCapabilityManifests", installation, 200);
        call(document, "getFoundryCapabilities", PROJECT, 200);
        call(document, "listInstallations", "", 200);
        call(document, "createRunner", "", 422);
        call(document, "listRunners", "", 200);
        call(document, "retireInstallation", installation, 204);
    }

    @Test
    void takesEveryValueThatItNamesForAParameterOfAList() {
        JsonNode paths = JSON.readTree(get("/v3/api-docs").body()).path("paths");
        int tried = 0;
        for (var path : paths.properties()) {
            for (JsonNode parameter : path.getValue().at("/get/parameters")) {
                for (JsonNode value : parameter.at("/schema/enum")) {
                    if (path.getKey().contains("{")) {
                        continue;
                    }
                    String query = "?" + parameter.path("name").asString() + "=" + value.asString();
                    HttpResponse<String> answer = get(path.getKey() + query, "Authorization", "Bearer " + BOOTSTRAP);
                    assertThat(answer.statusCode()).as(path.getKey() + query).isEqualTo(200);
                    tried++;
                }
            }
        }
        assertThat(tried).isGreaterThan(10);
    }

    private HttpResponse<String> call(Document document, String id, String target, int status, String... headers) {
        Operation operation = document.operation(id);
        JsonNode example = operation.node().at("/requestBody/content/application~1json/example");
        String[] all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = "Bearer " + BOOTSTRAP;
        System.arraycopy(headers, 0, all, 2, headers.length);
        HttpResponse<String> answer = send(
                operation.method().toUpperCase(Locale.ROOT),
                operation.path().replace("{id}", target),
                example.isMissingNode() ? null : ours(example.toString()),
                all);
        assertThat(answer.statusCode()).as("%s: %s", id, answer.body()).isEqualTo(status);
        compare(document, operation, answer);
        return answer;
    }

    private static void compare(Document document, Operation operation, HttpResponse<String> answer) {
        JsonNode documented = operation.node().at("/responses/" + answer.statusCode());
        assertThat(documented.isMissingNode())
                .as("%s documents %d", operation, answer.statusCode())
                .isFalse();
        JsonNode response = document.resolve(documented);
        for (String header : new String[] {"Location", "ETag", "X-Correlation-Id"}) {
            if (answer.statusCode() != 304) {
                assertThat(response.path("headers").has(header))
                        .as("%s documents %s as it answers", operation, header)
                        .isEqualTo(answer.headers().firstValue(header).isPresent());
            }
        }
        if (answer.body().isEmpty()) {
            assertThat(response.has("content")).as("%s has no body", operation).isFalse();
            return;
        }
        String type = answer.headers().firstValue("Content-Type").orElseThrow();
        JsonNode media = response.path("content").path(type.replaceFirst(";.*", ""));
        assertThat(document.findings(media.get("schema"), JSON.readTree(answer.body())))
                .as("%s answers what it documents", operation)
                .isEmpty();
    }

    /** The database is shared with tests that tell the same story under the same names. */
    private static String ours(String body) {
        return body.replace("\"orchard\"", "\"" + ORGANIZATION + "\"").replace("\"storefront\"", "\"" + PROJECT + "\"");
    }

    private static String id(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).get("id").stringValue();
    }
}
