package dev.alloy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;

/** A rule that holds for the code, and is then shown that it would notice. */
final class Checked {

    /** What is delivered. */
    static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.alloy");

    /** Few rules are for these as well, so they are read when one comes. */
    private static final class Tests {

        static final JavaClasses ALL = new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages("dev.alloy");
    }

    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("dev.planted");

    private final ArchRule rule;

    private Checked(ArchRule rule) {
        this.rule = rule;
    }

    static Checked inMain(ArchRule rule) {
        rule.check(MAIN);
        return new Checked(rule);
    }

    static Checked inMainAndTests(ArchRule rule) {
        rule.check(MAIN);
        rule.check(Tests.ALL);
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
