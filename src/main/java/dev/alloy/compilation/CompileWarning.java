package dev.alloy.compilation;

/**
 * Something about a brief that its author should know before it is approved.
 *
 * @param code {@code throttle-lowered}, {@code lowered}, {@code gap} or {@code other-repo-path}
 * @param pointer the place in the compile request that it is about
 * @param detail a sentence for a person
 */
public record CompileWarning(String code, String pointer, String detail) {}
