package dev.alloy.conformance;

/**
 * A story that a runner has to come through.
 *
 * @param name for the command line
 * @param story one sentence
 * @param play plays it and complains
 */
record Scenario(String name, String story, Play play) {

    @FunctionalInterface
    interface Play {
        void on(ScenarioWorld stage) throws Exception;
    }
}
