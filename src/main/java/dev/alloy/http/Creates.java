package dev.alloy.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a handler method that creates a resource. Such a call accepts {@code Idempotency-Key}: the first answer is kept in the
 * same transaction as what it created, and a transport retry gets it again.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Creates {}
