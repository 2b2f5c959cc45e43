package dev.alloy.http;

import jakarta.servlet.ServletRequest;
import java.time.Duration;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** The connection that a request came by: how long its reader is waited for, and whether a known caller uses it. */
public final class ClientConnection {

    /**
     * How long a thread waits to write a small answer. The kernel takes one at once, whether it is read or not; only a
     * client that goes on asking without reading makes a thread wait.
     */
    static final Duration SMALL_ANSWER = Duration.ofMillis(100);

    /** How long a reader of a large answer may take nothing. */
    static final Duration LARGE_ANSWER = Duration.ofSeconds(20);

    private static final String ATTRIBUTE = ClientConnection.class.getName();
    private static final String ARRIVAL = ClientConnection.class.getName() + ".arrival";
    private static final ThreadLocal<@Nullable ClientConnection> SERVED = new ThreadLocal<>();

    private final SocketWrapperBase<?> socket;
    private final Strangers<SocketWrapperBase<?>> strangers;
    private final long called;
    private boolean isFirst = true;

    private ClientConnection(SocketWrapperBase<?> socket, Strangers<SocketWrapperBase<?>> strangers, long called) {
        this.socket = socket;
        this.strangers = strangers;
        this.called = called;
    }

    /**
     * The current thread serves requests of this connection until {@link #leave}.
     *
     * @param called when something of it had come to be read, by {@link System#nanoTime}; the thread may have come later
     */
    static void enter(SocketWrapperBase<?> socket, Strangers<SocketWrapperBase<?>> strangers, long called) {
        SERVED.set(new ClientConnection(socket, strangers, called));
    }

    static void leave() {
        SERVED.remove();
    }

    /** A new request came by the connection that the current thread serves. */
    static void begin(ServletRequest request) {
        ClientConnection served = SERVED.get();
        if (served != null) {
            served.socket.setWriteTimeout(SMALL_ANSWER.toMillis());
            request.setAttribute(ATTRIBUTE, served);
            arrivedAt(request, served.isFirst ? served.called : System.nanoTime());
            served.isFirst = false;
        }
    }

    /** Notes when a request came, by {@link System#nanoTime}. */
    public static void arrivedAt(ServletRequest request, long nanoTime) {
        request.setAttribute(ARRIVAL, nanoTime);
    }

    /** When a request came, by {@link System#nanoTime}; now, where nobody noted it. */
    public static long arrivalOf(ServletRequest request) {
        return request.getAttribute(ARRIVAL) instanceof Long arrival ? arrival : System.nanoTime();
    }

    /** The answer is large, or a stream: its reader may take time. */
    public static void waitForReader(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof ClientConnection connection) {
            connection.socket.setWriteTimeout(LARGE_ANSWER.toMillis());
        }
    }

    /** A caller whose credential is good uses it: it no longer counts among those of strangers. */
    public static void isKnown(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof ClientConnection connection) {
            connection.strangers.remove(connection.socket);
        }
    }
}
