package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.DocumentSchemas;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the compiler makes of the worked example for five manifests, file by file. JSON is shown indented for review; {@code
 * digests.json} holds the digests of the canonical bytes.
 *
 * <p>After an intended change regenerate with {@code ./mvnw test -Dtest='GoldenFileTests' -Dalloy.golden.write=true} (or the
 * environment variable {@code ALLOY_GOLDEN_WRITE=true}), read the diff, and raise {@link Compiler#VERSION} when bytes changed
 * for equal input.
 */
class GoldenFileTests {

    private static final Path ROOT = Path.of("src/test/resources/golden");
    private static final boolean WRITE =
            Boolean.getBoolean("alloy.golden.write") || "true".equals(System.getenv("ALLOY_GOLDEN_WRITE"));
    private static final DefaultPrettyPrinter INDENTED = new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    enum Case {
        WORKED_EXAMPLE(() -> Inputs.example("capability-manifest")),
        ALL_SUPPORTED(() -> Inputs.manifestOf(true)),
        NOTHING_SUPPORTED(() -> Inputs.manifestOf(false)),
        FOUNDRY_0_13_0(() -> Inputs.example("capability-manifest-foundry-0.13.0")),
        EMPTY_MANIFEST(Inputs::emptyManifest);

        private final Supplier<ObjectNode> manifest;

        Case(Supplier<ObjectNode> manifest) {
            this.manifest = manifest;
        }

        Path folder() {
            return ROOT.resolve(name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    @ParameterizedTest
    @EnumSource
    void compilesToTheGoldenFiles(Case golden) throws Exception {
        Map<String, String> files = files(compile(golden), golden);
        if (WRITE) {
            for (var file : files.entrySet()) {
                Path path = golden.folder().resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        }
        try (Stream<Path> found = Files.walk(golden.folder())) {
            assertThat(found.filter(Files::isRegularFile)
                            .map(path ->
                                    golden.folder().relativize(path).toString().replace('\\', '/')))
                    .containsExactlyInAnyOrderElementsOf(files.keySet());
        }
        for (var file : files.entrySet()) {
            assertThat(file.getValue())
                    .as(file.getKey())
                    .isEqualTo(Files.readString(golden.folder().resolve(file.getKey())));
        }
    }

    @ParameterizedTest
    @EnumSource
    void compilesToDocumentsThatTheirSchemasAccept(Case golden) {
        Compilation compilation = compile(golden);

        assertThat(DocumentSchemas.validate(
                        "alloy.formation_brief.v1", compilation.brief().tree()))
                .isEmpty();
        assertThat(DocumentSchemas.validate(
                        "alloy.prompt_pack.v1", compilation.promptPack().tree()))
                .isEmpty();
        assertThat(compilation.overlays()).hasSize(3).allSatisfy(overlay -> assertThat(DocumentSchemas.validate(
                        "alloy.gate_overlay.v1", overlay.document().tree()))
                .isEmpty());
    }

    private static Map<String, String> files(Compilation compilation, Case golden) {
        Map<String, String> files = new LinkedHashMap<>();
        ObjectNode digests = JsonNodeFactory.instance.objectNode();
        documents(files, digests, compilation);
        files.put("digests.json", indented(digests));
        files.put(
                "report.txt",
                compilation.report().stream()
                        .map(row -> row.severity().wire() + " " + row.feature() + ": " + row.wanted() + " → "
                                + row.chosen()
                                + " [" + row.manifestPointer() + " = " + row.manifestValue() + "]\n    " + row.because()
                                + "\n    " + row.wouldImproveWith() + "\n")
                        .collect(Collectors.joining()));
        files.put("payload.json", indented(Inputs.payload(compilation)));
        AlloyTree.files(
                        compilation.brief().tree(),
                        1,
                        Inputs.REFERENCES,
                        compilation.promptPack().tree(),
                        compilation.overlays().stream()
                                .map(overlay -> overlay.document().tree())
                                .toList())
                .stream()
                // The words of the phases do not depend on the manifest; one copy is enough to review.
                .filter(file -> !file.kind().equals("prompt") || golden == Case.WORKED_EXAMPLE)
                .forEach(file -> files.put(file.path().substring(1), new String(file.bytes(), StandardCharsets.UTF_8)));
        return files;
    }

    /** The digests of what a case is compiled to, as in {@code digests.json}. */
    static ObjectNode digests(Case golden) {
        ObjectNode digests = JsonNodeFactory.instance.objectNode();
        documents(new LinkedHashMap<>(), digests, compile(golden));
        return digests;
    }

    private static Compilation compile(Case golden) {
        return Inputs.workedExample().manifest(golden.manifest.get()).compile();
    }

    private static void documents(Map<String, String> files, ObjectNode digests, Compilation compilation) {
        document(files, digests, "brief.json", compilation.brief());
        document(files, digests, "prompt-pack.json", compilation.promptPack());
        compilation
                .overlays()
                .forEach(overlay ->
                        document(files, digests, "overlay-" + overlay.mode().wire() + ".json", overlay.document()));
    }

    private static void document(
            Map<String, String> files, ObjectNode digests, String name, CompiledDocument document) {
        files.put(name, indented(document.tree()));
        digests.put(name, document.digest());
    }

    private static String indented(JsonNode json) {
        return MAPPER.writer().with(INDENTED).writeValueAsString(json) + "\n";
    }
}
