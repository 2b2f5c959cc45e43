package dev.alloy.openapi;

/** The order in which the rules apply; a later one may build on what an earlier one documented. */
final class Rank {

    static final int DESCRIPTIONS = 5;
    static final int ACCESS = 10;
    static final int PARAMETERS = 20;
    static final int SUCCESS = 30;
    static final int PROBLEMS = 40;
    static final int EXAMPLES = 50;
    static final int BYTES = 60;
    static final int COMPONENTS = 70;
    static final int SHARED = 75;
    static final int HEADERS = 80;
    static final int ORDER = 90;

    private Rank() {}
}
