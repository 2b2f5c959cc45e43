package dev.alloy.compiler;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The compiler is a function of its input; each rule is also shown to catch a planted violation. */
class PurityTests {

    private static final ArchRule USES_ONLY_PLAIN_JAVA = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "dev.alloy.compiler",
                            "dev.alloy.contract",
                            "dev.alloy.contract.foundry",
                            "java.lang..",
                            "java.util",
                            "java.util.function",
                            "java.util.regex",
                            "java.util.stream",
                            "java.nio.charset",
                            "tools.jackson.databind..",
                            "org.jspecify.annotations")
                    .or(resideInAPackage("org.springframework.modulith")));

    private static final ArchRule READS_NO_SURROUNDINGS = noClasses()
            .should()
            .callMethod(Locale.class, "getDefault")
            .orShould()
            .callMethod(String.class, "toLowerCase")
            .orShould()
            .callMethod(String.class, "toUpperCase")
            .orShould()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callMethod(String.class, "getBytes")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(System.class, Random.class, UUID.class, Date.class);

    @Test
    void usesOnlyPlainJava() {
        USES_ONLY_PLAIN_JAVA.check(compiler());
        assertThat(USES_ONLY_PLAIN_JAVA.evaluate(planted()).hasViolation()).isTrue();
    }

    @Test
    void readsNoClockLocaleOrRandomness() {
        READS_NO_SURROUNDINGS.check(compiler());
        assertThat(READS_NO_SURROUNDINGS.evaluate(planted()).getFailureReport().getDetails())
                .anyMatch(detail -> detail.contains("getDefault"))
                .anyMatch(detail -> detail.contains("System"));
    }

    private static JavaClasses compiler() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.alloy.compiler");
    }

    private static JavaClasses planted() {
        return new ClassFileImporter().importClasses(Impure.class);
    }

    /** What a compiler must not be. */
    static final class Impure {

        String surroundings() {
            return Instant.now() + Locale.getDefault().toString() + System.getProperty("x") + new File(".");
        }
    }
}
