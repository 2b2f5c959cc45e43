package dev.alloy.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a handler method whose answer carries a strong {@code ETag} where that cannot be told from its shape. Answers that are
 * the body of a {@code PATCH} with {@code If-Match}, wherever else they are given, need no mark.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Tagged {}
