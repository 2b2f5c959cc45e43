package dev.alloy.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.alloy.access.Access;
import dev.alloy.contract.DocumentSchemas;
import dev.alloy.http.JsonBody;
import io.swagger.v3.oas.annotations.Operation;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;

/** Controllers stand outside their module and look in, and every handler says who may call it and what it reads. */
class WebLayerTests {

    private static final String WEB = "dev.[alloy|planted]..web..";

    private static final Map<String, String> PUBLIC_IN_WEB =
            Map.of("ProblemErrorReportValve", "Tomcat makes it by name");

    @Test
    void aModuleDoesNotKnowItsControllers() {
        Checked.inMain(noClasses()
                        .that()
                        .resideOutsideOfPackage(WEB)
                        .should()
                        .dependOnClassesThat(resideInAPackage(WEB)))
                .andFinds("ModuleThatKnowsItsController");
    }

    @Test
    void controllersAndWireRecordsArePackagePrivate() {
        Checked.inMain(classes()
                        .that()
                        .resideInAPackage(WEB)
                        .and(Excused.not(PUBLIC_IN_WEB))
                        .and()
                        // The template engine makes them so.
                        .haveNameNotMatching(".*\\.Jte\\w+Generated")
                        .should()
                        .notBePublic()
                        .andShould()
                        .notBeProtected())
                .andFinds("<dev.planted.site.web.PublicController>", "PublicController$PublicResponse");
    }

    @Test
    void everyHandlerSaysWhoMayCallIt() {
        Checked.inMain(methods().that(HANDLE_API_CALLS).should(SAY_WHO_MAY_CALL_THEM))
                .andFinds(
                        "PublicController.forAnybody()",
                        "PublicController.forNobody()",
                        "PublicController.forAllAndOne()");
    }

    @Test
    void everyHandlerIsDescribed() {
        Checked.inMain(methods().that(HANDLE_API_CALLS).should().beAnnotatedWith(Operation.class))
                .andFinds("PublicController.forAnybody()");
    }

    @Test
    void everyBodyHasItsSchema() {
        Checked.inMain(methods().that(HANDLE_API_CALLS).should(READ_BODIES_BY_A_SCHEMA))
                .andFinds("PublicController.withoutSchema(", "PublicController.withAnAbsentSchema(");
    }

    private static final DescribedPredicate<JavaMethod> HANDLE_API_CALLS =
            DescribedPredicate.describe("handle calls under /api", WebLayerTests::handlesApiCalls);

    private static boolean handlesApiCalls(JavaMethod method) {
        Optional<RequestMapping> own = mapping(method.reflect());
        return own.isPresent()
                && Stream.concat(mapping(method.getOwner().reflect()).stream(), own.stream())
                        .flatMap(mapping -> Arrays.stream(mapping.path()))
                        .anyMatch(path -> path.startsWith("/api"));
    }

    private static Optional<RequestMapping> mapping(java.lang.reflect.AnnotatedElement element) {
        return Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(element, RequestMapping.class));
    }

    private static final ArchCondition<JavaMethod> SAY_WHO_MAY_CALL_THEM =
            new ArchCondition<>("say by @Access who may call them") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                    boolean once = Optional.ofNullable(
                                    AnnotatedElementUtils.findMergedAnnotation(method.reflect(), Access.class))
                            .map(access -> Stream.of(
                                                    access.open(),
                                                    access.anyone(),
                                                    access.runner()
                                                            || access.callback()
                                                            || access.registration()
                                                            || access.authority().length > 0)
                                            .filter(said -> said)
                                            .count()
                                    == 1)
                            .orElse(false);
                    events.add(new SimpleConditionEvent(
                            method, once, method.getFullName() + " does not say who may call it, or says it twice"));
                }
            };

    private static final ArchCondition<JavaMethod> READ_BODIES_BY_A_SCHEMA =
            new ArchCondition<>("read their bodies by a schema that exists") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                    for (JavaParameter parameter : method.getParameters()) {
                        if (parameter.isAnnotatedWith(RequestBody.class)) {
                            boolean exists = parameter
                                    .getRawType()
                                    .tryGetAnnotationOfType(JsonBody.class)
                                    .flatMap(body -> DocumentSchemas.source(body.schema()))
                                    .isPresent();
                            events.add(new SimpleConditionEvent(
                                    method, exists, method.getFullName() + " reads a body without a schema"));
                        }
                    }
                }
            };
}
