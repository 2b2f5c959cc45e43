package dev.alloy.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire to a server on this machine that can be cut and mended. */
public final class Relay implements AutoCloseable {

    private final int target;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private ServerSocket listening;
    private volatile boolean silent;

    /** A wire to this port. */
    public Relay(int target) {
        this.target = target;
        try {
            this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.port = listening.getLocalPort();
        accept(listening);
    }

    /** Where it begins. */
    public int port() {
        return port;
    }

    /** Ends all connections, and refuses new ones. */
    public void cut() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** Carries nothing any more and ends nothing, as a machine that stands still; until it speaks. */
    public void silence() {
        silent = true;
    }

    /** Carries again. */
    public void speak() {
        silent = false;
    }

    /** Takes connections again. */
    public void mend() throws IOException {
        listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        accept(listening);
    }

    private void accept(ServerSocket server) {
        daemon(() -> {
            while (!server.isClosed()) {
                Socket near = server.accept();
                sockets.add(near);
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(far);
                daemon(() -> carry(near, far));
                daemon(() -> carry(far, near));
            }
        });
    }

    private void carry(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[8192];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                while (silent && !to.isClosed()) {
                    Await.pause();
                }
                out.write(piece, 0, length);
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // It was cut.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
