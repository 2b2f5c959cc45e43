package dev.alloy.console.web;

/** How the call behind a page is made by hand. */
final class Curl {

    /** What stands before the address of a call that reads. */
    static final String GET = "curl -H \"Authorization: Bearer $ALLOY_TOKEN\" ";

    private Curl() {}
}
