package dev.alloy.bench;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a benchmark method asks, and the answer that is hoped for. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Question {

    /** The question as the table shows it. */
    String value();

    /** The median is to be at most this, in milliseconds. Without a goal the figure is there to be known. */
    double p50Millis() default Double.POSITIVE_INFINITY;
}
