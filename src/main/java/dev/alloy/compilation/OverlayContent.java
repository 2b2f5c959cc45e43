package dev.alloy.compilation;

/**
 * A gate overlay but for what was decided about it: none of this changes.
 *
 * @param id the overlay's id
 * @param mode {@code advisory}, {@code required_for_dry_run} or {@code required_for_mutation}
 * @param digest digest of the document
 * @param content the document; shared, so it must not be modified
 */
public record OverlayContent(String id, String mode, String digest, byte[] content) {}
