package dev.alloy.installation;

/**
 * What an installation can do, or how it is reached, is another now; published in the transaction of the change.
 *
 * @param installation as it is now
 */
public record InstallationChanged(Installation installation) {}
