package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.DocumentSchemas;
import dev.alloy.http.ShownOnce;
import dev.alloy.openapi.Document.Operation;
import dev.alloy.problem.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
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
        // The examples are files in src/main/resources/openapi/examples.
        String running = OpenApiYaml.write(plain(document().withoutExamples()));
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
    void saysWhatEveryOperationIsFor() {
        Document document = document();
        JsonNode described = JSON.readTree(Resources.required("operations.json"));

        assertThat(described.propertyNames())
                .as("operations.json describes the operations that there are")
                .containsExactlyInAnyOrderElementsOf(
                        document.operations().stream().map(Operation::id).toList());
        assertThat(document.operations()).allSatisfy(operation -> {
            String description = operation.node().path("description").asString("");
            assertThat(description)
                    .startsWith(described.get(operation.id()).stringValue())
                    .doesNotContain(operation.node().path("summary").asString());
            assertThat(Pattern.compile("(Called with|Open to all callers)")
                            .matcher(description)
                            .results())
                    .as("%s says once who may call it", operation)
                    .hasSize(1);
        });
    }

    @Test
    void takesEachParameterOnceAndRequiresWhatIsRequired() {
        Document document = document();

        assertThat(document.operations()).allSatisfy(operation -> {
            List<JsonNode> parameters = operation
                    .node()
                    .path("parameters")
                    .valueStream()
                    .map(document::resolve)
                    .toList();
            assertThat(parameters)
                    .as("%s", operation)
                    .extracting(one -> one.get("in") + " " + one.get("name"))
                    .doesNotHaveDuplicates()
                    .doesNotContain("\"header\" \"Accept\"");
            assertThat(parameters)
                    .filteredOn(one -> one.path("name").asString().equals("If-Match"))
                    .allSatisfy(one -> assertThat(one.path("required").asBoolean())
                            .as("%s requires If-Match as it says", operation)
                            .isEqualTo(operation.method().equals("patch")));
        });
        assertThat(document.operation("changeProject").node().at("/parameters").toString())
                .contains("If-Match");
    }

    /** Whoever repeats a call gets the first answer without its secrets. */
    @Test
    void requiresNoSecretThatAReplayLacks() {
        Document document = document();
        List<String> seen = new ArrayList<>();

        assertThat(document.operations())
                .filteredOn(one -> one.node().at("/parameters").toString().contains("Idempotency-Key"))
                .allSatisfy(operation -> document.successes(operation).forEach(media -> {
                    JsonNode schema = document.resolve(media.get("schema"));
                    ShownOnce.MEMBERS.stream()
                            .filter(schema.path("properties")::has)
                            .forEach(seen::add);
                    assertThat(schema.path("required").valueStream().map(JsonNode::stringValue))
                            .as("%s", operation)
                            .doesNotContainAnyElementsOf(ShownOnce.MEMBERS);
                }));

        assertThat(seen).contains("token", "runner_key", "registration_token");
    }

    @Test
    void describesBytesByWhatIsInThem() {
        Document document = document();
        JsonNode content = document.operation("getCompiledBrief").node().at("/responses/200/content");

        assertThat(content.at("/application~1json/schema/$ref").asString())
                .isEqualTo("#/components/schemas/alloy.formation_brief.v1");
        assertThat(content.at("/application~1json/example").isObject()).isTrue();
        assertThat(content.at("/application~1yaml/schema/type").asString()).isEqualTo("string");
        assertThat(content.at("/application~1yaml/example").isString()).isTrue();
    }

    @Test
    void hasNoComponentThatNothingRefersTo() {
        Document document = document();

        document.root().get("components").properties().stream()
                .filter(kind -> !kind.getKey().equals("securitySchemes"))
                .forEach(kind -> assertThat(kind.getValue().propertyNames())
                        .allSatisfy(name -> assertThat(document.references())
                                .anyMatch(one -> one.startsWith("#/components/" + kind.getKey() + "/" + name))));
    }

    /** Whoever tries an example must not find that its time is over, nor take an id that the documentation uses. */
    @Test
    void showsRequestsThatCanBeSent() {
        assertThat(document().operations())
                .filteredOn(one -> one.node().has("requestBody"))
                .allSatisfy(operation -> {
                    String body = operation.node().at("/requestBody/content").toString();
                    assertThat(body).as("%s", operation).doesNotContain("\"acme\"", "\"checkout-service\"", "{{in ");
                    Pattern.compile("\"(?:expires_at|review_date)\":\"(\\d{4}-\\d{2}-\\d{2})")
                            .matcher(body)
                            .results()
                            .forEach(date -> assertThat(LocalDate.parse(date.group(1)))
                                    .isBetween(
                                            LocalDate.now(ZoneOffset.UTC).plusDays(100),
                                            LocalDate.now(ZoneOffset.UTC).plusDays(300)));
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

        List<ProblemType> told = Arrays.stream(ProblemType.values())
                .filter(type -> document.references().contains("#/components/examples/" + type.slug()))
                .toList();
        assertThat(told).hasSizeGreaterThan(40);
        assertThat(told).allSatisfy(type -> {
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
                    assertThat(component.path("additionalProperties").asBoolean())
                            .isEqualTo(file.path("additionalProperties").asBoolean(true));
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
