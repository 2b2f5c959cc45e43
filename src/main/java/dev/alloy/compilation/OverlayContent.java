package dev.alloy.compilation;

/**
 * The document of a gate overlay, which never changes.
 *
 * @param mode {@code advisory}, {@code required_for_dry_run} or {@code required_for_mutation}
 * @param digest digest of the document
 * @param content the document; shared, so nobody writes to it
 */
public record OverlayContent(String mode, String digest, byte[] content) {}
