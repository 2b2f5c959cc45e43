package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SchemaEndpointIntegrationTests extends RunningService {

    @Test
    void servesASchemaToEverybody() {
        HttpResponse<String> answer = get("/schemas/foundry.capability_manifest.v1.json");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/schema+json");
        assertThat(JSON.readTree(answer.body()).get("title").stringValue()).isEqualTo("foundry.capability_manifest.v1");
    }

    @Test
    void servesWhatASchemaRefersToAtTheUrlTheReferenceResolvesTo() {
        String path = "/schemas/create_project.json";
        Matcher references =
                Pattern.compile("\"\\$ref\":\\s*\"([^\"#]+)#").matcher(get(path).body());

        assertThat(references.results().map(match -> match.group(1)).distinct())
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                get(URI.create(path).resolve(reference).getPath())
                                        .statusCode())
                        .isEqualTo(200));
    }

    @Test
    void answersNothingToWhomKnowsTheTag() {
        String path = "/schemas/create_project.json";
        String tag = get(path).headers().firstValue("ETag").orElseThrow();

        assertThat(tag).matches("\"sha256:[0-9a-f]{64}\"");
        assertThat(get(path, "If-None-Match", tag).statusCode()).isEqualTo(304);
    }

    @Test
    void knowsNoSchemaOfAnotherName() {
        HttpResponse<String> answer = get("/schemas/alloy.nothing.v1.json");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }
}
