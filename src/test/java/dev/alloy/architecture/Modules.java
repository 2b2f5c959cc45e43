package dev.alloy.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import dev.alloy.AlloyApplication;
import java.util.Optional;
import org.springframework.modulith.core.ApplicationModules;

/** The modules as Spring Modulith sees them. */
final class Modules {

    /** Those of this service. */
    static final ApplicationModules OURS = ApplicationModules.of(AlloyApplication.class);

    private Modules() {}

    /** The class that stands for what a package-info says, where it says anything. */
    static Optional<JavaClass> packageInfo(JavaPackage home) {
        return home.getClasses().stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .findFirst();
    }
}
