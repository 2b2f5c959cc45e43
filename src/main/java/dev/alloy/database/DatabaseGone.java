package dev.alloy.database;

/** The database does not answer any more; whoever waits for something in it waits in vain. */
public record DatabaseGone() {}
