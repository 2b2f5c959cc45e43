package dev.alloy.installation;

/** Knows which runner serves which installation. Asked by this module, answered by the one that knows the runners. */
public interface InstallationServers {

    /** Whether the runner is registered for the installation. */
    boolean serves(String runnerId, Installation installation);
}
