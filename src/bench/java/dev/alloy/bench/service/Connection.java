package dev.alloy.bench.service;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One kept-alive HTTP/1.1 connection. It shares the processors with the service it measures, so that it does no more than write a
 * request and read its answer.
 */
final class Connection implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;
    /** Servers end connections that nobody uses. */
    private static final long LONGEST_IDLE_NANOS = 5_000_000_000L;

    private final int port;
    private final int bufferBytes;
    private Socket socket;
    private InputStream in;
    private boolean closing;
    private long lastUse = System.nanoTime();

    Connection(int port) {
        this(port, 16_384);
    }

    /** With a buffer for what is read: of thousands that wait, a small one. */
    Connection(int port, int bufferBytes) {
        this.port = port;
        this.bufferBytes = bufferBytes;
        this.socket = connect(port);
        this.in = in(socket);
    }

    private static Socket connect(int port) {
        try {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InputStream in(Socket socket) {
        try {
            return new BufferedInputStream(socket.getInputStream(), bufferBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server may end a connection after as many requests as it likes. */
    private void reconnect() {
        close();
        socket = connect(port);
        in = in(socket);
        closing = false;
    }

    /** An answer: status and body as text. */
    record Reply(int status, String body) {

        /** The answer itself when it has this status. */
        Reply expect(int wanted) {
            if (status != wanted) {
                throw new IllegalStateException("Expected " + wanted + " but got " + status + ": " + body);
            }
            return this;
        }

        /** The value of the first member of this name that is a string. */
        String text(String member) {
            String before = "\"" + member + "\":\"";
            int start = body.indexOf(before) + before.length();
            if (start < before.length()) {
                throw new IllegalStateException("No " + member + " in " + body);
            }
            return body.substring(start, body.indexOf('"', start));
        }
    }

    Reply post(String path, String token, @Nullable String lease, String body) {
        send("POST", path, token, lease, body);
        return receive();
    }

    Reply get(String path, String token) {
        send("GET", path, token, null, null);
        return receive();
    }

    /** Sends and does not wait for the answer. */
    void send(String method, String path, String token, @Nullable String lease, @Nullable String body) {
        if (closing || System.nanoTime() - lastUse > LONGEST_IDLE_NANOS) {
            reconnect();
        }
        StringBuilder head = new StringBuilder(300)
                .append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ")
                .append(token)
                .append("\r\n");
        if (lease != null) {
            head.append("Alloy-Lease: ").append(lease).append("\r\n");
        }
        if (body != null) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        head.append("\r\n");
        if (body != null) {
            head.append(body);
        }
        try {
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks, as the page of somebody who is signed in, for a stream that stays open; answers the status. */
    int follow(String path, String cookie) {
        String head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nCookie: " + cookie
                + "\r\n\r\n";
        try {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            int status = Integer.parseInt(line().substring(9, 12));
            while (!line().isEmpty()) {
                // Its headers say nothing that is asked here.
            }
            return status;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the answer to what was sent. */
    Reply receive() {
        try {
            int status = Integer.parseInt(line().substring(9, 12));
            int length = 0;
            boolean chunked = false;
            for (String header = line(); !header.isEmpty(); header = line()) {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(lower.substring(15).strip());
                } else if (lower.startsWith("transfer-encoding:")) {
                    chunked = lower.endsWith("chunked");
                } else if (lower.equals("connection: close")) {
                    closing = true;
                }
            }
            lastUse = System.nanoTime();
            return new Reply(status, chunked ? chunks() : exactly(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether something of an answer has come, or the connection was ended. */
    boolean hasAnswer() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether the service has ended it; what has come until then is dropped. */
    boolean hasEnded() {
        try {
            while (in.available() > 0) {
                in.skipNBytes(in.available());
            }
            socket.setSoTimeout(1);
            return in.read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private String chunks() throws IOException {
        StringBuilder body = new StringBuilder();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.append(exactly(size));
            line();
        }
        line();
        return body.toString();
    }

    private String exactly(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(80);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The service closed the connection.");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
