package dev.alloy.compilation;

import java.time.Instant;

/**
 * A prompt pack in its brief's history, without its words.
 *
 * @param ordinal counts the brief's packs, from 1
 */
public record PackEntry(String id, int ordinal, String digest, String createdBy, Instant createdAt) {}
