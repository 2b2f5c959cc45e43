package dev.planted.structure.nest;

/** Breaks a rule: another package has an {@code Egg} that is something else. */
public final class Egg {}
