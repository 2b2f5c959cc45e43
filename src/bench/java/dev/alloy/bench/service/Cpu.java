package dev.alloy.bench.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** CPU time in seconds, as Linux counts it in {@code /proc}. */
final class Cpu {

    private static final Path PROCESSES = Path.of("/proc");
    private static final double TICKS_A_SECOND = 100;

    /** Places in {@code /proc/…/stat} behind the name: the parent, and the time in user and in system mode. */
    private static final int PARENT = 1;

    private static final int USER = 11;
    private static final int SYSTEM = 12;

    /** The same of children that have ended. */
    private static final int USER_OF_ENDED = 13;

    private static final int SYSTEM_OF_ENDED = 14;

    private Cpu() {}

    /** What a process has taken. */
    static double of(long pid) throws IOException {
        String[] fields = fields(pid);
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_A_SECOND;
    }

    /** What the processes that a process has started have taken, also those that have ended. */
    static double ofChildren(long pid) throws IOException {
        String[] fields = fields(pid);
        double sum = (Long.parseLong(fields[USER_OF_ENDED]) + Long.parseLong(fields[SYSTEM_OF_ENDED])) / TICKS_A_SECOND;
        for (long child : children(pid)) {
            sum += of(child);
        }
        return sum;
    }

    /** What everything on the machine has taken. */
    static double ofMachine() throws IOException {
        String[] line = Files.readAllLines(PROCESSES.resolve("stat")).get(0).split("\\s+");
        // user, nice and system; then idle and waiting; then what interrupts took.
        return Stream.of(1, 2, 3, 6, 7).mapToLong(i -> Long.parseLong(line[i])).sum() / TICKS_A_SECOND;
    }

    private static List<Long> children(long pid) throws IOException {
        try (Stream<Path> all = Files.list(PROCESSES)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .filter(other -> isChild(other, pid))
                    .toList();
        }
    }

    private static boolean isChild(long pid, long parent) {
        try {
            return fields(pid)[PARENT].equals(Long.toString(parent));
        } catch (IOException e) {
            // It has ended meanwhile.
            return false;
        }
    }

    private static String[] fields(long pid) throws IOException {
        String stat = Files.readString(PROCESSES.resolve(pid + "/stat"));
        return Arrays.stream(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "))
                .toArray(String[]::new);
    }
}
