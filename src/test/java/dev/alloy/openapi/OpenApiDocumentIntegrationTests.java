package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.DocumentSchemas;
import dev.alloy.openapi.Document.Operation;
import dev.alloy.problem.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiDocumentIntegrationTests extends RunningService {

    private static final Path COMMITTED = Path.of("openapi.yaml");
    private static final String REGENERATE =
            "openapi.yaml is not what the service documents. Where the change is meant, write it anew with"
                    + " ./mvnw test -Dtest=OpenApiDocumentIntegrationTests -Dalloy.openapi.write=true";

    @Test
    void isTheCommittedDocument() throws IOException {
        String running = OpenApiYaml.write(plain(document().root()));
        if (Boolean.getBoolean("alloy.openapi.write")) {
            Files.writeString(COMMITTED, running);
        }

        assertThat(COMMITTED).as(REGENERATE).exists();
        assertThat(Files.readString(COMMITTED)).as(REGENERATE).isEqualTo(running);
    }

    @Test
    void staysTheSameWhoeverAsks() {
        String first = get("/v3/api-docs").body();

        assertThat(get("/v3/api-docs", "Accept-Language", "de").body()).isEqualTo(first);
        assertThat(get("/v3/api-docs").body()).isEqualTo(first).contains("\"url\":\"http://localhost:8080\"");
    }

    @Test
    void refersOnlyToWhatIsThere() {
        Document document = document();

        assertThat(document.references()).isNotEmpty().allMatch(reference -> document.target(reference)
                .isPresent());
    }

    @Test
    void namesAndDescribesEveryOperation() {
        Document document = document();
        List<String> tags = document.root()
                .get("tags")
                .valueStream()
                .filter(tag -> !tag.path("description").asString("").isBlank())
                .map(tag -> tag.get("name").stringValue())
                .toList();

        assertThat(document.operations()).extracting(Operation::id).doesNotHaveDuplicates();
        assertThat(document.operations()).allSatisfy(operation -> {
            assertThat(operation.id()).as("%s has an operationId", operation).matches("[a-z][A-Za-z]+");
            assertThat(operation.node().path("summary").asString(""))
                    .as("%s has a summary", operation)
                    .isNotBlank();
            assertThat(operation.node().path("tags").valueStream().map(JsonNode::stringValue))
                    .as("%s has a tag that is described in openapi/tags.json", operation)
                    .hasSize(1)
                    .isSubsetOf(tags);
        });
    }

    @Test
    void saysWhoMayCallEveryOperation() {
        Document document = document();

        assertThat(document.operations()).allSatisfy(operation -> {
            assertThat(operation.node().has("security"))
                    .as("%s bears @Access, or @SecurityRequirements when it is open to everybody", operation)
                    .isTrue();
            assertThat(document.root().at("/components/securitySchemes").propertyNames())
                    .containsAll(operation
                            .node()
                            .get("security")
                            .valueStream()
                            .flatMap(requirement -> requirement.propertyNames().stream())
                            .toList());
        });
        assertThat(document.operation("createProject").node().path("x-required-authority"))
                .hasToString("\"administer\"");
    }

    @Test
    void describesEveryParameter() {
        Document document = document();

        assertThat(document.operations()).allSatisfy(operation -> assertThat(
                        operation.node().path("parameters").valueStream().map(document::resolve))
                .allSatisfy(parameter -> assertThat(
                                parameter.path("description").asString(""))
                        .as("'%s' of %s is described in openapi/parameters.json", parameter.get("name"), operation)
                        .isNotBlank()));
    }

    @Test
    void documentsEveryProblemAnOperationCanAnswer() {
        Document document = document();
        JsonNode change = document.operation("changeProject").node().get("responses");

        assertThat(change.propertyNames())
                .contains(
                        "200", "400", "401", "403", "404", "406", "412", "413", "415", "422", "428", "429", "500",
                        "503");
        assertThat(problems(document, "createProject", "409"))
                .containsExactly("id-taken", "idempotency-key-in-progress");
        assertThat(problems(document, "createProject", "422"))
                .contains("invalid-body", "unknown-reference", "idempotency-key-reused");
        assertThat(problems(document, "listProjects", "400")).contains("invalid-cursor");
        assertThat(document.operation("listProjects").node().get("responses").propertyNames())
                .doesNotContain("404", "409", "412", "413", "415", "422", "428");
    }

    @Test
    void showsAnExampleOfEveryProblemType() {
        Document document = document();
        JsonNode schema = JSON.createObjectNode().put("$ref", "#/components/schemas/Problem");

        assertThat(document.findings(schema, JSON.createObjectNode()))
                .as("a problem without members is none")
                .isNotEmpty();

        assertThat(Arrays.stream(ProblemType.values())).allSatisfy(type -> {
            JsonNode example = document.target("#/components/examples/" + type.slug())
                    .orElseThrow()
                    .get("value");
            assertThat(example.get("type").stringValue()).endsWith("/problems/" + type.slug());
            assertThat(document.findings(schema, example)).isEmpty();
        });
    }

    @Test
    void showsARequestThatTheSchemaAccepts() {
        Document document = document();

        assertThat(document.operations()).allSatisfy(operation -> operation
                .node()
                .path("requestBody")
                .path("content")
                .forEach(media -> {
                    assertThat(media.has("example"))
                            .as("openapi/examples/%s.request.json is there", operation.id())
                            .isTrue();
                    if (media.get("example").isString()) {
                        return;
                    }
                    String schema = media.at("/schema/$ref").stringValue().replaceFirst(".*/", "");
                    assertThat(DocumentSchemas.validate(schema, media.get("example")))
                            .as("findings in %s.request.json", operation.id())
                            .isEmpty();
                }));
    }

    @Test
    void showsAnAnswerThatFitsItsSchema() {
        Document document = document();

        assertThat(document.operations()).allSatisfy(operation -> assertThat(document.successes(operation))
                .filteredOn(media -> !media.at("/schema/format").asString("").equals("binary"))
                .allSatisfy(media -> {
                    assertThat(media.has("example"))
                            .as("openapi/examples/%s.response.json is there", operation.id())
                            .isTrue();
                    assertThat(document.findings(media.get("schema"), media.get("example")))
                            .as("findings in %s.response.json", operation.id())
                            .isEmpty();
                }));
    }

    @Test
    void documentsTheSchemasThatValidate() {
        Document document = document();

        assertThat(Stream.of(
                        "create_project", "create_installation", "foundry.capability_manifest.v1", "source_intent"))
                .allSatisfy(name -> {
                    JsonNode file = JSON.readTree(DocumentSchemas.source(name).orElseThrow());
                    JsonNode component =
                            document.target("#/components/schemas/" + name).orElseThrow();
                    assertThat(component.get("properties").propertyNames())
                            .containsExactlyElementsOf(file.get("properties").propertyNames());
                    assertThat(component.path("additionalProperties")).isEqualTo(file.path("additionalProperties"));
                    assertThat(component.path("required").valueStream())
                            .containsExactlyInAnyOrderElementsOf(
                                    file.path("required").valueStream().toList());
                });
    }

    @Test
    void tellsAbsentFromNull() {
        JsonNode installation =
                document().target("#/components/schemas/Installation").orElseThrow();

        assertThat(installation.at("/properties/foundry_version/type").toString())
                .isEqualTo("[\"string\",\"null\"]");
        assertThat(installation.at("/properties/name/type").toString()).isEqualTo("\"string\"");
        assertThat(installation
                        .at("/properties/capability_manifest/anyOf/0/$ref")
                        .stringValue())
                .isEqualTo("#/components/schemas/foundry.capability_manifest.v1");
        assertThat(installation.get("required").valueStream().map(JsonNode::stringValue))
                .contains("name", "foundry_version");
    }

    private static List<String> problems(Document document, String operation, String status) {
        JsonNode answer = document.operation(operation).node().get("responses").get(status);
        return document.resolve(answer).at("/content/application~1problem+json/examples").propertyNames().stream()
                .toList();
    }
}
