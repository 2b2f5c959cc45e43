package dev.alloy.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.planted.modules.PlantedApplication;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

/** A module uses what it declares, and of that only what is offered. */
class ModuleTests {

    private static final Pattern IN_A_MODULE = Pattern.compile("dev\\.(alloy|planted)\\.\\w+");

    private static final ArchCondition<JavaClass> DECLARE_WHAT_ITS_MODULE_USES =
            new ArchCondition<>("be in a closed module that declares what it uses") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean declared = Modules.packageInfo(type.getPackage())
                            .flatMap(info -> info.tryGetAnnotationOfType(ApplicationModule.class.getName()))
                            .map(module -> module.hasExplicitlyDeclaredProperty("allowedDependencies")
                                    && !module.hasExplicitlyDeclaredProperty("type"))
                            .orElse(false);
                    events.add(new SimpleConditionEvent(
                            type, declared, type.getPackageName() + " does not declare what it uses"));
                }
            };

    @Test
    void modulesUseOnlyWhatTheyDeclare() {
        Modules.OURS.verify();
        assertThat(ApplicationModules.of(PlantedApplication.class, new ImportOption.OnlyIncludeTests())
                        .detectViolations()
                        .getMessages())
                .as("the planted module 'secretive' uses 'open' without declaring it")
                .anySatisfy(message -> assertThat(message).contains("secretive", "open"));
    }

    @Test
    void everyModuleDeclaresWhatItUses() {
        Checked.inMain(classes()
                        .that()
                        .haveNameMatching(IN_A_MODULE + "\\.[^.]+")
                        .should(DECLARE_WHAT_ITS_MODULE_USES))
                .andFinds("dev.planted.undeclared");
    }
}
