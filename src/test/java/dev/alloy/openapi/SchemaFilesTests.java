package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaFilesTests {

    @ParameterizedTest
    @CsvSource({
        "definitions.json#/$defs/slug, definitions.slug",
        "foundry.capability_manifest.v1.json, foundry.capability_manifest.v1",
        "alloy.formation_brief.v1.json#/$defs/texts, alloy.formation_brief.v1.texts",
        "#/$defs/repo, create_project.repo",
        "#/$defs/repo/properties/path, create_project.repo/properties/path",
        "#/properties/name, create_project/properties/name",
        "#, create_project",
    })
    void makesAReferenceBetweenFilesOneBetweenComponents(String reference, String component) {
        assertThat(SchemaFiles.component(reference, "create_project")).isEqualTo("#/components/schemas/" + component);
    }

    @Test
    void refusesAReferenceItDoesNotUnderstand() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SchemaFiles.component("https://elsewhere/schema", "create_project"));
    }
}
