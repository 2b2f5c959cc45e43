package dev.alloy.installation;

/**
 * An installation's manifest or connection changed. It is published in that transaction.
 *
 * @param installation as it is now
 */
public record InstallationChanged(Installation installation) {}
