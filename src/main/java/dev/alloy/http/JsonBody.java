package dev.alloy.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record as the body of a request. The body is read strictly and validated with the JSON Schema before the
 * record is bound, so all findings are answered at once and a bound record needs no further checks of its shape.
 *
 * <p>A record whose only component is a {@link dev.alloy.contract.JsonDocument} receives the document itself.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface JsonBody {

    /** Name of the schema under {@code /schemas}, without {@code .json}. */
    String schema();

    /** False where the handler itself validates, because it has more to say than the schema; the record takes the document then. */
    boolean validated() default true;
}
