package dev.alloy.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;

/** The classes that a rule leaves alone, each with its reason. */
final class Excused {

    private Excused() {}

    /** @param reasons simple name of a top-level class → why the rule is not for it */
    static DescribedPredicate<JavaClass> not(Map<String, String> reasons) {
        return DescribedPredicate.describe(
                reasons.isEmpty() ? "without exception" : "are not excused (" + reasons + ")",
                javaClass -> !reasons.containsKey(topLevel(javaClass).getSimpleName()));
    }

    private static JavaClass topLevel(JavaClass javaClass) {
        return javaClass.getEnclosingClass().map(Excused::topLevel).orElse(javaClass);
    }
}
