package dev.alloy.conformance;

/**
 * Something that goes wrong between the server and the runner, once.
 *
 * @param call name of the call that it happens to
 * @param kind what happens
 */
record InjectedFault(String call, Kind kind) {

    enum Kind {
        /** The server does what it was asked, and its answer breaks off. */
        ANSWER_CUT,
        /** 503, and nothing was done. */
        UNAVAILABLE,
        /** The server does what it was asked, and says that it had done so before. */
        SAID_TO_BE_REPLAYED
    }
}
