package dev.alloy.conformance;

/** The sections of docs/runner-protocol.md, by their headings. */
final class Section {

    static final String CALLS = "The calls";
    static final String JOURNAL = "What to write down before which call";
    static final String NEVER = "When never to emit";
    static final String ARTIFACTS = "Artifacts, digests and paths";
    static final String LEASE = "Lease, self-abort, cancel, drain";
    static final String RESULT = "The result";
    static final String RECOVERY = "After a crash";
    static final String FOUNDRY = "Foundry's traps";
    static final String KEY = "The key";

    private Section() {}
}
