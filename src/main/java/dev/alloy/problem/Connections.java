package dev.alloy.problem;

import jakarta.servlet.ServletRequest;

/** The connection that a request came by. */
public final class Connections {

    private static final String CLOSER = Connections.class.getName();

    private Connections() {}

    /** Notes how the web server closes it; for who meets requests first. */
    public static void closing(ServletRequest request, Runnable closer) {
        request.setAttribute(CLOSER, closer);
    }

    /** Closes it without reading what is still to come; the answer has been sent. */
    public static void close(ServletRequest request) {
        if (request.getAttribute(CLOSER) instanceof Runnable closer) {
            closer.run();
        }
    }
}
