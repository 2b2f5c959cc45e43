package dev.alloy.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import org.junit.jupiter.api.Test;

/** What is shown, reported or signed of a run is read from its account, and from nothing else. */
class AccountTests {

    /** Those who gather what an account is made of, keep it, or hand out a result as it was told. */
    private static final String GATHERERS =
            "dev\\.alloy\\.outcome\\.(AccountInputReader|Accounts|Results|TakenResults|RunResult|Evidence|Observations|web\\.(ResultController|OutcomeController))(\\$.*)?";

    private static final DescribedPredicate<JavaAccess<?>> WORDS =
            DescribedPredicate.describe("what a witness said", access -> access.getTarget()
                    .getFullName()
                    .matches("dev\\.alloy\\.(outcome\\.RunResult\\.(gateResults|changes|summary|rawResult)"
                            + "|trace\\.JudgedTrace\\.summary|account\\.(ReportedResult|Material)\\b.*)\\(.*"));

    private static DescribedPredicate<JavaClass> readers() {
        return resideInAnyPackage("dev.alloy.outcome..", "dev.alloy.attestation..", "dev.planted..")
                .and(DescribedPredicate.not(are(nameMatching(GATHERERS))));
    }

    @Test
    void nobodyMakesUpHisOwnMindAboutARun() {
        Checked.inMain(noClasses()
                        .that(readers())
                        .should()
                        .accessTargetWhere(WORDS)
                        .because("evidence, report, audit answer and attestations have to agree"))
                .andFinds("Overhearing.passed", "Overhearing.gates", "Overhearing.simulated");
    }
}
