package dev.alloy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;

/** A rule that holds for the code, and is then shown that it would notice. */
final class Checked {

    /** What is delivered, and its tests. */
    static final JavaClasses MAIN_AND_TESTS = new ClassFileImporter().importPackages("dev.alloy");

    /** What is delivered. */
    static final JavaClasses MAIN =
            MAIN_AND_TESTS.that(DescribedPredicate.describe("are delivered", Checked::isDelivered));

    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("dev.planted");

    private static boolean isDelivered(JavaClass type) {
        return type.getSource()
                .map(source -> new ImportOption.DoNotIncludeTests().includes(Location.of(source.getUri())))
                .orElse(false);
    }

    private final ArchRule rule;

    private Checked(ArchRule rule) {
        this.rule = rule;
    }

    static Checked inMain(ArchRule rule) {
        rule.check(MAIN);
        return new Checked(rule);
    }

    static Checked inMainAndTests(ArchRule rule) {
        rule.check(MAIN_AND_TESTS);
        return new Checked(rule);
    }

    /** Each of these texts, such as a class or its method, stands in the report on the planted code. */
    void andFinds(String... planted) {
        EvaluationResult result = rule.evaluate(PLANTED);
        List<String> findings = result.getFailureReport().getDetails();
        for (String one : planted) {
            assertThat(findings).as("the rule overlooks the planted %s", one).anySatisfy(finding -> assertThat(finding)
                    .contains(one));
        }
    }
}
