package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Other JVMs, with another charset, language and time zone, compile to the same digests as this one: this JVM's own kind, and every
 * JDK from 17 on that stands beside it.
 */
class EveryMachineTests {

    private static final List<List<String>> SURROUNDINGS = List.of(
            List.of("-Dfile.encoding=ISO-8859-1", "-Dsun.jnu.encoding=ISO-8859-1", "-Duser.language=tr"),
            List.of(
                    "-Dfile.encoding=COMPAT",
                    "-Duser.language=th",
                    "-Duser.country=TH",
                    "-Duser.timezone=Pacific/Apia"),
            List.of("-Duser.language=ar", "-Duser.timezone=America/St_Johns", "-Xint"));

    static Stream<Arguments> machines() throws IOException {
        List<Arguments> machines = new ArrayList<>();
        for (Path home : homes()) {
            SURROUNDINGS.forEach(options -> machines.add(Arguments.of(home, options)));
        }
        return machines.stream();
    }

    private static List<Path> homes() throws IOException {
        Path own = Path.of(System.getProperty("java.home")).toRealPath();
        try (Stream<Path> siblings = Files.list(own.getParent())) {
            return Stream.concat(Stream.of(own), siblings.map(EveryMachineTests::real))
                    .distinct()
                    .filter(home -> version(home) >= 17)
                    .toList();
        }
    }

    private static Path real(Path home) {
        try {
            return home.toRealPath();
        } catch (IOException e) {
            return home;
        }
    }

    /** The feature version of a JDK; 0 for what is none. */
    private static int version(Path home) {
        var release = new Properties();
        try (var in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            return 0;
        }
        String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
        return Files.isExecutable(home.resolve("bin/java")) && version.matches("\\d+.*")
                ? Integer.parseInt(version.replaceFirst("\\D.*", ""))
                : 0;
    }

    @ParameterizedTest
    @MethodSource("machines")
    void compileToTheSameDigests(Path home, List<String> options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(home.resolve("bin/java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), DigestPrinter.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

        assertThat(process.waitFor()).isZero();
        assertThat(printed).isEqualTo(here());
    }

    private static String here() {
        return Stream.of(GoldenFileTests.Case.values())
                .flatMap(golden -> GoldenFileTests.digests(golden).properties().stream()
                        .map(digest -> golden + " " + digest.getKey() + " "
                                + digest.getValue().asString() + "\n"))
                .collect(Collectors.joining());
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
