package dev.alloy.run;

/**
 * Why a run is not at a runner, and what would change that.
 *
 * @param code stable cause, such as {@code manifest-mismatch}. Source: dispatch.md, “Why is my run not running?”
 * @param detail a sentence for a person
 * @param remedy what to do next
 */
public record DispatchReason(String code, String detail, String remedy) {}
