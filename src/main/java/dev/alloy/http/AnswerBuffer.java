package dev.alloy.http;

import jakarta.servlet.http.HttpServletResponse;

/**
 * Room in which the server collects an answer before it sends it. A request that waits has next to none, since thousands
 * wait at once; an answer that is about to be written gets what it needs, so it is not sent in small pieces.
 */
public final class AnswerBuffer {

    /** What a waiting request has, as bytes and again as characters. */
    static final int WAITING = 128;

    private static final int MOST = 8 * 1024;

    private AnswerBuffer() {}

    /** Makes room for an answer of this size. Does nothing once it is on its way. */
    public static void grow(HttpServletResponse response, long bytes) {
        if (bytes > WAITING && !response.isCommitted()) {
            response.setBufferSize((int) Math.min(bytes, MOST));
        }
    }

    /** Makes room for an answer that goes out as it is written. */
    public static void grow(HttpServletResponse response) {
        grow(response, MOST);
    }
}
