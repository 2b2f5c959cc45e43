package dev.alloy.conformance;

/**
 * One call of Emit, as it came.
 *
 * @param eventType what was to be emitted
 * @param project of which project
 * @param throttle the number that was sent; 0, which is also what is sent when nothing is said, means full
 * @param payload the JSON text that was sent
 * @param traceId empty where none was given
 * @param nanoTime {@link System#nanoTime} when it came
 */
public record EmitCall(String eventType, String project, int throttle, String payload, String traceId, long nanoTime) {}
