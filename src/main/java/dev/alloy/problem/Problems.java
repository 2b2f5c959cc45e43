package dev.alloy.problem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the refusals that only this handler method makes. Those that follow from its shape (a body, a path variable, a
 * precondition, a lease, who may call it) are documented without being named.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Problems {

    /** The causes, in any order. */
    ProblemType[] value();
}
