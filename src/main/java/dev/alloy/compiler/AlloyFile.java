package dev.alloy.compiler;

/**
 * One file of the {@code .alloy/} tree.
 *
 * @param kind {@code formation_brief}, {@code prompt}, {@code gate_checklist}, {@code gate_overlay}, {@code foundry_controls},
 *     or {@code compiled} for a document as it was digested
 * @param path relative to the working copy, with forward slashes
 * @param mediaType its media type
 * @param bytes its content
 */
public record AlloyFile(String kind, String path, String mediaType, byte[] bytes) {}
