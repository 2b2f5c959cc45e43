package dev.alloy.bench.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Clients that each do the same thing over and over for a while. */
final class Clients {

    private Clients() {}

    /**
     * Lets so many clients repeat something.
     *
     * @param once what client number n does once
     * @return how often it was done a second, by all together
     */
    static double perSecond(int clients, Duration duration, IntConsumer once) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        List<Long> done = together(clients, client -> {
            long count = 0;
            while (System.nanoTime() < end) {
                once.accept(client);
                count++;
            }
            return count;
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        return done.stream().mapToLong(Long::longValue).sum() / seconds;
    }

    /** What one client does. */
    interface Work<T> {

        T run(int client) throws Exception;
    }

    /** Runs clients at once, each on a thread of its own; answers in their order. */
    static <T> List<T> together(int clients, Work<T> work) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int client = i;
                running.add(threads.submit(() -> work.run(client)));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> one : running) {
                answers.add(one.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
