package dev.alloy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.WrongState;
import jakarta.persistence.Entity;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.stereotype.Component;

/** Names that say something, packages in order, entities that only their own package moves. */
class StructureTests {

    private static final Pattern EMPTY_PACKAGE_NAME =
            Pattern.compile("utils?|commons?|impl|dtos?|helpers?|managers?|misc");
    private static final String EMPTY_CLASS_NAME = ".*(Utils?|Common|Impl|D[Tt][Oo]|Helper|Manager)";

    private static final ArchCondition<JavaClass> NAMED_FOR_A_FEATURE =
            new ArchCondition<>("be in packages named for what they are about") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean empty = Arrays.stream(type.getPackageName().split("\\."))
                            .anyMatch(part -> EMPTY_PACKAGE_NAME.matcher(part).matches());
                    events.add(new SimpleConditionEvent(type, !empty, type.getName() + " is in a drawer for anything"));
                }
            };

    private static final ArchCondition<JavaClass> IN_A_NULL_MARKED_PACKAGE =
            new ArchCondition<>("be in a package whose package-info says @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean marked = Modules.packageInfo(type.getPackage())
                            .map(info -> info.isAnnotatedWith(NullMarked.class))
                            .orElse(false);
                    JavaPackage home = type.getPackage();
                    events.add(new SimpleConditionEvent(type, marked, home.getName() + " is not @NullMarked"));
                }
            };

    private static final int MOST_COLLABORATORS = 7;

    private static final ArchCondition<JavaClass> HAVE_FEW_COLLABORATORS =
            new ArchCondition<>("have at most " + MOST_COLLABORATORS + " collaborators") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean few = !type.isMetaAnnotatedWith(Component.class)
                            || type.getConstructors().stream()
                                    .allMatch(one -> one.getRawParameterTypes().size() <= MOST_COLLABORATORS);
                    events.add(new SimpleConditionEvent(type, few, type.getName() + " has more"));
                }
            };

    /** Simple name → why several top-level types may have it. */
    private static final Map<String, String> NAMES_OF_SEVERAL_TYPES = Map.of(
            "Throttle", "bridge.wire.Throttle is generated from Foundry's own protocol, and only GrpcFoundry sees it");

    private static final ArchCondition<JavaClass> THE_ONLY_ONE_OF_THEIR_NAME =
            new ArchCondition<>("have a simple name that no other top-level type has") {

                private final Map<String, Set<String>> types = new TreeMap<>();

                @Override
                public void init(Collection<JavaClass> all) {
                    types.clear();
                    all.forEach(type -> types.computeIfAbsent(type.getSimpleName(), name -> new TreeSet<>())
                            .add(type.getName()));
                }

                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    Set<String> named = types.getOrDefault(type.getSimpleName(), Set.of());
                    boolean only = named.size() == 1 || NAMES_OF_SEVERAL_TYPES.containsKey(type.getSimpleName());
                    events.add(new SimpleConditionEvent(type, only, "one name for several types: " + named));
                }
            };

    @Test
    void noSimpleNameStandsForTwoTypes() {
        Checked.inMain(classes()
                        .that()
                        .areTopLevelClasses()
                        .and()
                        .doNotHaveSimpleName("package-info")
                        .should(THE_ONLY_ONE_OF_THEIR_NAME)
                        .because("a reader who finds a name should know which type it is"))
                .andFinds("dev.planted.structure.nest.Egg");
    }

    @Test
    void namesSaySomething() {
        Checked.inMainAndTests(noClasses()
                        .should()
                        .haveNameMatching(EMPTY_CLASS_NAME)
                        .because("a name tells what a class is about, not that it helps"))
                .andFinds("PlantHelper", "PlantManager");
        Checked.inMainAndTests(classes().should(NAMED_FOR_A_FEATURE)).andFinds("dev.planted.structure.util.Anything");
    }

    @Test
    void packagesDoNotDependOnEachOtherInCircles() {
        Checked.inMain(slices().matching("dev.[alloy|planted].(**)").should().beFreeOfCycles())
                .andFinds("dev.planted.structure.hen");
    }

    @Test
    void nullIsTheExceptionInEveryPackage() {
        Checked.inMain(classes().should(IN_A_NULL_MARKED_PACKAGE)).andFinds("dev.planted.structure.util");
    }

    /** Whoever is told the state alone is stuck; {@link WrongState} wants the way on as well. */
    @Test
    void whatAStateDoesNotAllowIsRefusedWithTheWayOn() {
        Checked.inMain(noClasses()
                        .that()
                        .doNotBelongToAnyOf(WrongState.class, ProblemType.class)
                        .should()
                        .accessField(ProblemType.class, "INVALID_TRANSITION"))
                .andFinds("StateAndNothingElse.refuse()");
    }

    @Test
    void entitiesHaveNoPublicSetters() {
        Checked.inMain(methods()
                        .that()
                        .areDeclaredInClassesThat()
                        .areAnnotatedWith(Entity.class)
                        .and()
                        .haveNameMatching("set[A-Z].*")
                        .should()
                        .notBePublic()
                        .allowEmptyShould(true)
                        .because("everybody reads an entity and only its package moves it"))
                .andFinds("MutableEntity.setStatus");
    }

    /** Of the module where a service that grew by one more each time was the rule. */
    @Test
    void whatMovesRunsHasFewCollaborators() {
        Checked.inMain(classes()
                        .that()
                        .resideInAnyPackage("dev.alloy.run..", "dev.planted.structure..")
                        .should(HAVE_FEW_COLLABORATORS)
                        .because("a class that needs more than seven others does more than one thing"))
                .andFinds("dev.planted.structure.ManyHands");
    }

    @Test
    void nothingIsInjectedIntoFields() {
        Checked.inMain(NO_CLASSES_SHOULD_USE_FIELD_INJECTION).andFinds("FieldInjected.dependency");
    }
}
