package dev.alloy.restore;

/**
 * Whether the server answers only when a standby has what was committed, as far as it tells.
 *
 * @param standbyNames the setting {@code synchronous_standby_names}; empty for none
 * @param commit the setting {@code synchronous_commit}, of this session
 * @param standbys how many are connected
 */
record Replication(String standbyNames, String commit, int standbys) {

    /** What a failover can lose. */
    enum Promise {
        /** Nothing that was answered. */
        NOTHING,
        /** What was committed last, and with it that a run was started. */
        THE_LAST_MOMENTS,
        /** There is no standby, or the server does not show it. */
        NOT_TOLD
    }

    Promise promise() {
        boolean waits = !standbyNames.isBlank() && !commit.equals("local") && !commit.equals("off");
        if (waits) {
            return Promise.NOTHING;
        }
        return standbys > 0 || !standbyNames.isBlank() ? Promise.THE_LAST_MOMENTS : Promise.NOT_TOLD;
    }

    /** The same for the log. */
    String inWords() {
        return switch (promise()) {
            case NOTHING ->
                "The server replicates synchronously (synchronous_standby_names '" + standbyNames
                        + "', synchronous_commit " + commit + "): a failover loses nothing that was answered";
            case THE_LAST_MOMENTS ->
                "The server does not replicate synchronously (" + standbys
                        + " standbys, synchronous_standby_names '" + standbyNames + "', synchronous_commit " + commit
                        + "): a failover may lose what was committed last. A run that had just started could then be offered again. Set"
                        + " synchronous_standby_names before you rely on a standby";
            case NOT_TOLD ->
                "The server names no standby. If its provider keeps one out of sight, ask whether commits wait for it: without that a failover may"
                        + " lose what was committed last";
        };
    }
}
