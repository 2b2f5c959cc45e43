package dev.alloy.bridge;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Exits with 0 after SIGINT or SIGTERM, once the present work is done. A supervisor that stopped it finds no failure.
 * The JVM alone would say 130 or 143.
 */
final class GracefulShutdown implements AutoCloseable {

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;
    private final Runnable drain;
    private final long seconds;
    private final PrintWriter out;
    private volatile boolean orderly;

    /**
     * @param drain tells the program to take no more
     * @param seconds how long the present run may take
     */
    GracefulShutdown(Runnable drain, long seconds, PrintWriter out) {
        this.drain = drain;
        this.seconds = seconds;
        this.out = out;
        this.hook = new Thread(this::stop, "drain");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** All was done, and everything is closed. */
    void done() {
        orderly = true;
    }

    private void stop() {
        drain.run();
        try {
            boolean inTime = ended.await(seconds, TimeUnit.SECONDS);
            if (!inTime) {
                out.println("The next start continues the present run.");
            }
            out.flush();
            if (!inTime || orderly) {
                Runtime.getRuntime().halt(ExitCode.OK.number());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is being run at this moment.
            Thread.yield();
        }
    }
}
