package dev.alloy.compiler;

/**
 * The gate overlay of one mode.
 *
 * @param mode what its gates decide
 * @param document {@code alloy.gate_overlay.v1}
 */
public record CompiledOverlay(OverlayMode mode, CompiledDocument document) {}
