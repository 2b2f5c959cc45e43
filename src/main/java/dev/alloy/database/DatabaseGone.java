package dev.alloy.database;

/** The database no longer answers; waiting for it is pointless. */
public record DatabaseGone() {}
