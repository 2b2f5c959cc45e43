package dev.alloy.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where the figures were taken: they mean little without it.
 *
 * @param cpus processors the JVM may use
 * @param cpuModel the maker's name for them, or the architecture where the system does not tell
 * @param memoryBytes memory of the machine, or of the container the JVM runs in
 * @param load runnable threads of the whole machine in the minute before the run; negative when unknown
 * @param os name, version and architecture
 * @param jdk version and vendor
 */
record Machine(int cpus, String cpuModel, long memoryBytes, double load, String os, String jdk) {

    private static final Path LINUX_CPUS = Path.of("/proc/cpuinfo");

    /** This machine, now. */
    static Machine here() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                modelOfCpu(),
                system.getTotalMemorySize(),
                system.getSystemLoadAverage(),
                system.getName() + " " + system.getVersion() + " " + system.getArch(),
                Runtime.version() + " " + System.getProperty("java.vendor"));
    }

    private static String modelOfCpu() {
        if (!Files.isReadable(LINUX_CPUS)) {
            return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", System.getProperty("os.arch"));
        }
        try (Stream<String> lines = Files.lines(LINUX_CPUS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
