package dev.alloy.http;

import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * HTTP as Tomcat speaks it, with an eye on each connection: those of strangers are bounded, and a thread that answers knows which one it
 * serves. Public because Tomcat makes it by name.
 */
public class WatchedProtocol extends Http11NioProtocol {

    /** When the connection was called that the current thread serves. */
    private static final ThreadLocal<Long> CALLED = ThreadLocal.withInitial(System::nanoTime);

    /** Made by Tomcat. */
    public WatchedProtocol() {
        super(new Endpoint());
    }

    /** What each answer is collected in, from the request's beginning. */
    @Override
    public int getDesiredBufferSize() {
        return AnswerBuffer.WAITING;
    }

    /** Bounds the connections of strangers; to be said before it starts. */
    void bound(Strangers<SocketWrapperBase<?>> strangers) {
        Endpoint endpoint = (Endpoint) getEndpoint();
        endpoint.strangers = strangers;
        endpoint.setHandler(new Served(endpoint.getHandler(), strangers));
    }

    private static final class Endpoint extends NioEndpoint {

        private Strangers<SocketWrapperBase<?>> strangers = new Strangers<>(Integer.MAX_VALUE, Integer.MAX_VALUE);

        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            if (!super.setSocketOptions(socket)) {
                return false;
            }
            SocketWrapperBase<NioChannel> connection = connections.get(socket);
            if (connection != null) {
                String address = socket.socket().getInetAddress().getHostAddress();
                SocketWrapperBase<?> oldest = strangers.add(address, connection, System.nanoTime());
                if (connection.isClosed()) {
                    strangers.remove(connection);
                }
                if (oldest != null) {
                    end(oldest);
                }
            }
            return true;
        }

        @Override
        protected SocketProcessorBase<NioChannel> createSocketProcessor(
                SocketWrapperBase<NioChannel> connection, SocketEvent event) {
            return new Timed(connection, event);
        }

        /** Knows since when it waits for a thread. */
        private final class Timed extends SocketProcessor {

            private long called = System.nanoTime();

            Timed(SocketWrapperBase<NioChannel> connection, SocketEvent event) {
                super(connection, event);
            }

            @Override
            public void reset(SocketWrapperBase<NioChannel> connection, SocketEvent event) {
                super.reset(connection, event);
                called = System.nanoTime();
            }

            @Override
            protected void doRun() {
                CALLED.set(called);
                super.doRun();
            }
        }

        /** In a thread of its own, which waits for the one that serves it: its buffers are used again. */
        @SuppressWarnings("unchecked")
        private void end(SocketWrapperBase<?> connection) {
            processSocket((SocketWrapperBase<NioChannel>) connection, SocketEvent.DISCONNECT, true);
        }
    }

    /** Notes which connection the current thread serves. */
    private record Served(Handler<NioChannel> tomcat, Strangers<SocketWrapperBase<?>> strangers)
            implements Handler<NioChannel> {

        @Override
        public SocketState process(SocketWrapperBase<NioChannel> socket, SocketEvent status) {
            ClientConnection.enter(socket, strangers, CALLED.get());
            try {
                return tomcat.process(socket, status);
            } finally {
                ClientConnection.leave();
            }
        }

        @Override
        public Object getGlobal() {
            return tomcat.getGlobal();
        }

        @Override
        public void release(SocketWrapperBase<NioChannel> socket) {
            strangers.remove(socket);
            tomcat.release(socket);
        }

        @Override
        public void pause() {
            tomcat.pause();
        }

        @Override
        public void recycle() {
            tomcat.recycle();
        }
    }
}
