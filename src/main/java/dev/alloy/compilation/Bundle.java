package dev.alloy.compilation;

/**
 * A brief with everything a run of it can need, as one archive.
 *
 * @param fileName a name for the file, such as {@code brief_….zip}
 * @param bytes a zip archive; the same for the same brief, pack and overlays
 */
public record Bundle(String fileName, byte[] bytes) {}
