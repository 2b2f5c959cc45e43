package dev.alloy.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TimeZone;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the compiler and the wire contract stay free of, so that equal input gives equal bytes anywhere. */
class PurityTests {

    private static final String[] PLAIN = {"..contract..", "..compiler.."};

    private static final Map<String, String> READS_RESOURCES =
            Map.of("DocumentSchemas", "the schemas are files in the jar, the same for everybody");

    private static final DescribedPredicate<JavaClass> THE_WORLD_OUTSIDE = describe(
            "the world outside",
            type -> not(assignableTo(Exception.class))
                            .and(resideInAnyPackage(
                                    "java.io",
                                    "java.nio.file..",
                                    "java.nio.channels..",
                                    "java.net..",
                                    "java.sql..",
                                    "javax.sql.."))
                            .test(type)
                    || Set.of(
                                    Random.class.getName(),
                                    SplittableRandom.class.getName(),
                                    UUID.class.getName(),
                                    TimeZone.class.getName(),
                                    "java.util.concurrent.ThreadLocalRandom",
                                    "java.security.SecureRandom",
                                    "java.time.Clock",
                                    "java.lang.Thread",
                                    "java.lang.Process",
                                    "java.lang.ProcessBuilder")
                            .contains(type.getName()));

    private static final DescribedPredicate<JavaAccess<?>> WHAT_DIFFERS_BY_MACHINE_OR_MOMENT =
            describe("what differs by machine or moment", access -> {
                JavaClass owner = access.getTargetOwner();
                String name = access.getTarget().getName();
                return (owner.getPackageName().startsWith("java.time") && name.equals("now"))
                        || (owner.isEquivalentTo(Math.class) && name.equals("random"))
                        || (owner.isEquivalentTo(Locale.class) && name.equals("getDefault"))
                        || (owner.isEquivalentTo(Class.class) && name.startsWith("getResource"))
                        || (owner.isEquivalentTo(System.class)
                                && !Set.of("arraycopy", "identityHashCode").contains(name));
            });

    @Test
    void contractAndCompilerArePlainJava() {
        Checked.inMain(noClasses()
                        .that()
                        .resideInAnyPackage(PLAIN)
                        .and()
                        .doNotHaveSimpleName("package-info")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "org.springframework..", "jakarta..", "javax.persistence..", "org.hibernate.."))
                .andFinds("ImpureCompiler.component", "ImpureContract.entity");
    }

    @Test
    void contractAndCompilerDoNotTouchTheWorldOutside() {
        Checked.inMain(noClasses()
                        .that()
                        .resideInAnyPackage(PLAIN)
                        .and(Excused.not(READS_RESOURCES))
                        .should()
                        .dependOnClassesThat(THE_WORLD_OUTSIDE))
                .andFinds(
                        "ImpureCompiler.file()",
                        "ImpureCompiler.network()",
                        "ImpureCompiler.chance()",
                        "ImpureContract.clock()");
    }

    @Test
    void contractAndCompilerKnowNeitherMomentNorMachine() {
        Checked.inMain(noClasses()
                        .that()
                        .resideInAnyPackage(PLAIN)
                        .and(Excused.not(READS_RESOURCES))
                        .should()
                        .accessTargetWhere(WHAT_DIFFERS_BY_MACHINE_OR_MOMENT))
                .andFinds(
                        "ImpureCompiler.moment()",
                        "ImpureCompiler.momentByReference()",
                        "ImpureCompiler.machine()",
                        "ImpureCompiler.resource()",
                        "ImpureContract.locale()");
    }
}
