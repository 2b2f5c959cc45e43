package dev.alloy.installation;

/** Knows which runner serves which installation. Asked by this module, answered by the one that knows the runners. */
public interface InstallationServers {

    /** Whether the runner is registered for the installation. */
    boolean serves(String runnerId, Installation installation);

    /**
     * Whether the runner may report another manifest than the one that is there: a person with {@code manage_runners}
     * gave it the installation, or has confirmed it.
     */
    boolean isConfirmed(String runnerId, Installation installation);
}
