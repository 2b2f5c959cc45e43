package dev.alloy.compilation;

/**
 * An overlay that was not rejected, without its document.
 *
 * @param id the overlay's id
 * @param mode {@code advisory}, {@code required_for_dry_run} or {@code required_for_mutation}
 * @param digest digest of the document
 * @param sizeBytes size of the document
 */
public record OverlayReference(String id, String mode, String digest, int sizeBytes) {}
