package dev.alloy.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may call a handler method. Every one has exactly one; a method without is refused to all.
 *
 * <p>This is the check of the call's kind. That an object is within the caller's reach is checked where it is read.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Access {

    /** The authorities of which a person needs one; empty when no person may call it. */
    Authority[] authority() default {};

    /**
     * For which of these calls each of several authorities is, in words; what the very call takes is checked where it
     * is made.
     */
    String each() default "";

    /** Whether a runner's key may call it. */
    boolean runner() default false;

    /** Whether a registration token may call it. */
    boolean registration() default false;

    /** Whether an attempt's callback token may call it. */
    boolean callback() default false;

    /** Whether every valid credential may call it. */
    boolean anyone() default false;

    /** Whether no credential is needed; {@link AccessConfiguration} lists the path as well. */
    boolean open() default false;
}
