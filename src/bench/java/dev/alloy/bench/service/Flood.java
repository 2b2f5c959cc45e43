package dev.alloy.bench.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sends one request again and again, on time, whatever comes back: an open loop, as many callers are together. One thread, over kept-alive
 * connections, because it shares the processors with the service.
 */
final class Flood implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final InetSocketAddress service;
    private final byte[] request;
    private final double perSecond;
    private final Duration length;
    private final int mostOpen;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    private final Deque<Exchange> idle = new ArrayDeque<>();
    private int open;
    private int underWay;

    private volatile int sent;
    private volatile int answered;
    private volatile int refused;
    private volatile int lost;
    private final Times refusals = new Times();

    /**
     * Makes one.
     *
     * @param mostOpen how many connections it opens; while all wait for an answer it sends nothing
     */
    Flood(int port, String path, String token, double perSecond, Duration length, int mostOpen) {
        this.service = new InetSocketAddress("127.0.0.1", port);
        this.request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        this.perSecond = perSecond;
        this.length = length;
        this.mostOpen = mostOpen;
    }

    int sent() {
        return sent;
    }

    /** With what was asked for. */
    int answered() {
        return answered;
    }

    /** With 429 or 503. */
    int refused() {
        return refused;
    }

    /** Those that got anything else, or nothing. */
    int lost() {
        return lost;
    }

    /** How long refusals took; only after it has ended. */
    Times refusals() {
        return refusals;
    }

    @Override
    public void run() {
        try (Selector selector = Selector.open()) {
            long begin = System.nanoTime();
            long end = begin + length.toNanos();
            for (long now = begin;
                    now < end || underWay > 0 && now < end + PATIENCE.toNanos();
                    now = System.nanoTime()) {
                while (now < end && sent < (now - begin) * perSecond / 1e9 && send(selector)) {
                    sent++;
                }
                selector.select(1);
                for (SelectionKey key : selector.selectedKeys()) {
                    ((Exchange) key.attachment()).ready(key);
                }
                selector.selectedKeys().clear();
            }
            lost += underWay;
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean send(Selector selector) throws IOException {
        Exchange exchange = idle.poll();
        if (exchange != null) {
            exchange.begin();
            return true;
        }
        if (open == mostOpen) {
            return false;
        }
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        exchange = new Exchange(channel);
        open++;
        boolean isConnected = channel.connect(service);
        channel.register(selector, isConnected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, exchange);
        exchange.begin();
        return true;
    }

    /** A connection, and the request that it has under way. */
    private final class Exchange {

        private final SocketChannel channel;
        private boolean isWaiting;
        private long since;
        private int status;

        /** What is still to come of the body; -1 while the head is. */
        private long left;

        private final StringBuilder head = new StringBuilder();

        Exchange(SocketChannel channel) {
            this.channel = channel;
        }

        void begin() {
            underWay++;
            isWaiting = true;
            since = System.nanoTime();
            left = -1;
            head.setLength(0);
            if (channel.isConnected()) {
                write();
            }
        }

        /** A request is far smaller than the socket's buffer. */
        private void write() {
            try {
                channel.write(ByteBuffer.wrap(request));
            } catch (IOException e) {
                end();
            }
        }

        void ready(SelectionKey key) {
            try {
                if (key.isConnectable()) {
                    channel.finishConnect();
                    key.interestOps(SelectionKey.OP_READ);
                    write();
                } else {
                    read();
                }
            } catch (IOException e) {
                end();
            }
        }

        private void read() throws IOException {
            buffer.clear();
            if (channel.read(buffer) < 0) {
                end();
                return;
            }
            buffer.flip();
            while (left < 0 && buffer.hasRemaining()) {
                head.append((char) buffer.get());
                if (head.length() > 3 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                    left = bodyLength();
                }
            }
            if (left >= 0) {
                left -= buffer.remaining();
                if (left == 0) {
                    take();
                }
            }
        }

        private long bodyLength() throws IOException {
            status = Integer.parseInt(head.substring(9, 12));
            int length = head.indexOf("Content-Length: ");
            if (length < 0) {
                throw new IOException("The length of an answer is not known: " + head);
            }
            return Long.parseLong(head.substring(length + 16, head.indexOf("\r", length)));
        }

        private void take() {
            if (status == OK) {
                answered++;
            } else if (status == TOO_MANY || status == UNAVAILABLE) {
                refused++;
                refusals.add(System.nanoTime() - since);
            } else {
                lost++;
            }
            isWaiting = false;
            underWay--;
            idle.push(this);
        }

        private void end() {
            if (isWaiting) {
                lost++;
                underWay--;
                isWaiting = false;
            } else {
                idle.remove(this);
            }
            open--;
            try {
                channel.close();
            } catch (IOException e) {
                // It has ended all the same.
            }
        }
    }
}
