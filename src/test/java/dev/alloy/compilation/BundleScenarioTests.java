package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Digest;
import dev.alloy.contract.DocumentSchemas;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A brief as bytes: as digested, as YAML, and as an archive of everything a run needs. */
@AlloyTest
class BundleScenarioTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode brief;

    @BeforeEach
    void compile() {
        world = World.on(port);
        brief = world.brief();
    }

    @Test
    void theJsonIsTheBytesThatWereDigested() {
        Api.Answer answer = world.admin().get(path() + "/compiled").expect(200);

        assertThat(Digest.of(answer.bytes())).isEqualTo(brief.path("digest").asString());
        assertThat(answer.header("ETag")).isEqualTo("\"" + brief.path("digest").asString() + "\"");
        assertThat(answer.header("Vary")).contains("Accept");
        assertThat(answer.header("Repr-Digest")).isEqualTo(reprDigest(answer.bytes()));
    }

    @Test
    void theYamlReadsBackToTheSameDigest() {
        Api.Answer answer = world.admin()
                .with("Accept", "application/yaml")
                .get(path() + "/compiled")
                .expect(200);

        assertThat(answer.header("Content-Type")).startsWith("application/yaml");
        assertThat(answer.text())
                .startsWith("# ")
                .contains("# id: " + brief.path("id").asString() + "\n", "# version: 1\n")
                .contains("# digest: " + brief.path("digest").asString() + "\n");
        JsonNode tree = JSON.valueToTree(new Yaml().<Object>load(answer.text()));
        assertThat(Digest.of(CanonicalJson.bytes(tree)))
                .isEqualTo(brief.path("digest").asString());
        assertThat(answer.header("Repr-Digest")).isEqualTo(reprDigest(answer.bytes()));
        assertThat(world.admin()
                        .with("Accept", "application/yaml", "If-None-Match", String.valueOf(answer.header("ETag")))
                        .get(path() + "/compiled")
                        .status())
                .isEqualTo(304);
        assertThat(world.admin()
                        .with("If-None-Match", String.valueOf(answer.header("ETag")))
                        .get(path() + "/compiled")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | application/json",
                "application/* | application/json",
                "application/yaml, application/json | application/json",
                "application/json;q=0.5, application/yaml | application/yaml",
                "application/yaml;q=0.2, */*;q=0.1 | application/yaml",
                "application/json;q=0, */* | application/yaml"
            })
    void theRepresentationIsTheOneThatIsPreferred(String accept, String type) {
        assertThat(world.admin()
                        .with("Accept", accept)
                        .get(path() + "/compiled")
                        .expect(200)
                        .header("Content-Type"))
                .startsWith(type);
    }

    @Test
    void theBundleHoldsWhatItsManifestSays() throws IOException {
        Api.Answer answer = world.admin().get(path() + "/bundle").expect(200);
        Map<String, byte[]> files = unzip(answer.bytes());

        assertThat(answer.header("Content-Type")).isEqualTo("application/zip");
        assertThat(answer.header("Content-Disposition"))
                .contains(brief.path("id").asString() + ".zip");
        JsonNode manifest = JSON.readTree(Objects.requireNonNull(files.remove(".alloy/manifest.json")));
        assertThat(DocumentSchemas.validate("alloy.bundle_manifest.v1", manifest))
                .isEmpty();
        assertThat(manifest.path("files").findValuesAsString("path")).containsExactlyElementsOf(files.keySet());
        manifest.path("files").forEach(file -> {
            byte[] bytes = at(files, file.path("path").asString());
            assertThat(Digest.of(bytes)).isEqualTo(file.path("digest").asString());
            assertThat(bytes.length).isEqualTo(file.path("size_bytes").asInt());
        });
        assertThat(files.keySet())
                .contains(
                        ".alloy/briefs/" + brief.path("id").asString() + ".yaml",
                        ".alloy/prompts/execution.md",
                        ".alloy/gates/checklist.md",
                        ".alloy/gates/overlay.hone-gates.json",
                        ".alloy/foundry.json",
                        ".alloy/compiled/formation-brief.json");
        assertThat(Digest.of(at(files, ".alloy/compiled/formation-brief.json")))
                .isEqualTo(brief.path("digest").asString());
        assertThat(Digest.of(at(files, ".alloy/compiled/prompt-pack.json")))
                .isEqualTo(brief.at("/prompt_pack/digest").asString());
        assertThat(JSON.readTree(at(files, ".alloy/foundry.json"))).isEqualTo(foundryOfARun());
    }

    private JsonNode foundryOfARun() {
        world.approve(brief);
        return world.firstRunner().offered(world.request(brief)).path("foundry");
    }

    @Test
    void theBundleIsTheSameEachTime() throws IOException {
        byte[] first = world.admin().get(path() + "/bundle").expect(200).bytes();
        byte[] second = world.admin().get(path() + "/bundle").expect(200).bytes();

        assertThat(second).isEqualTo(first);
        try (var zip = new ZipInputStream(new ByteArrayInputStream(first), StandardCharsets.UTF_8)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                assertThat(entry.getTimeLocal()).isEqualTo(LocalDateTime.of(1980, 1, 1, 0, 0));
            }
        }
    }

    @Test
    void theBundleIsOfTheNewestPackUnlessAnotherIsNamed() throws IOException {
        byte[] before = world.admin().get(path() + "/bundle").expect(200).bytes();
        String first = brief.at("/prompt_pack/id").asString();
        world.admin().post("/api/prompt-packs/" + first + "/edits", """
                        {"phase":"planning","content":"# Small steps","reason":"Too eager."}""").expect(201);

        byte[] after = world.admin().get(path() + "/bundle").expect(200).bytes();

        assertThat(new String(at(unzip(after), ".alloy/prompts/planning.md"), StandardCharsets.UTF_8))
                .isEqualTo("# Small steps\n");
        assertThat(world.admin()
                        .get(path() + "/bundle?prompt_pack_id=" + first)
                        .expect(200)
                        .bytes())
                .isEqualTo(before);
        String foreign = world.brief().at("/prompt_pack/id").asString();
        assertThat(world.admin()
                        .get(path() + "/bundle?prompt_pack_id=" + foreign)
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void aRunnerFetchesTheBundleOfARunThatIsOfferedToIt() {
        RunnerClient runner = world.firstRunner();
        world.runnerApi().get(path() + "/bundle").expect(404);
        world.approve(brief);
        runner.offered(world.request(brief));

        world.runnerApi().get(path() + "/bundle").expect(200);
        world.runnerApi()
                .with("Accept", "application/yaml")
                .get(path() + "/compiled")
                .expect(200);
    }

    private String path() {
        return "/api/formation-briefs/" + brief.path("id").asString();
    }

    private static String reprDigest(byte[] bytes) {
        byte[] hash = HexFormat.of().parseHex(Digest.of(bytes).substring("sha256:".length()));
        return "sha-256=:" + Base64.getEncoder().encodeToString(hash) + ":";
    }

    private static byte[] at(Map<String, byte[]> files, String path) {
        return Objects.requireNonNull(files.get(path), path);
    }

    private static Map<String, byte[]> unzip(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(archive), StandardCharsets.UTF_8)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }
}
