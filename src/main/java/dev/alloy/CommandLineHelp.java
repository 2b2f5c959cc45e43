package dev.alloy;

import dev.alloy.settings.NearestWord;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;

/**
 * Answers help, version and unknown words without starting anything. The help of the commands is a file each, drawn
 * from them by a test, since asking the commands themselves would take seconds of loading classes.
 */
final class CommandLineHelp {

    static final List<String> COMMANDS = List.of("audit", "bridge", "conformance");

    private static final List<String> HELP = List.of("--help", "-h");
    private static final List<String> VERSION = List.of("--version", "-V");
    private static final int NOT_UNDERSTOOD = 2;
    private static final int MISTYPED = 2;

    private final PrintStream out;
    private final PrintStream err;

    CommandLineHelp(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** The exit code, where that was all; empty where something has to be started. */
    OptionalInt answer(String... arguments) {
        List<String> words =
                Arrays.stream(arguments).takeWhile(word -> !word.equals("--")).toList();
        List<String> path =
                words.stream().takeWhile(word -> !word.startsWith("-")).toList();
        if (!path.isEmpty() && path.get(0).equals("help")) {
            return help(path.subList(1, path.size()));
        }
        if (!path.isEmpty() && !COMMANDS.contains(path.get(0))) {
            return unknown("command", path.get(0), COMMANDS);
        }
        if (words.stream().anyMatch(HELP::contains)) {
            return help(path);
        }
        if (words.stream().anyMatch(VERSION::contains)) {
            out.println(version());
            return OptionalInt.of(0);
        }
        return path.isEmpty() ? options(words) : OptionalInt.empty();
    }

    /** Settings have a value; of what has none, {@code --debug} and {@code --trace} are Spring Boot's. */
    private OptionalInt options(List<String> words) {
        List<String> known = List.of("--help", "--version", "--debug", "--trace");
        for (String word : words) {
            boolean setting = word.startsWith("--") && (word.contains("=") || word.contains("."));
            if (!setting && !known.contains(word)) {
                return unknown(
                        word.startsWith("-") ? "option" : "command", word, word.startsWith("-") ? known : COMMANDS);
            }
        }
        return OptionalInt.empty();
    }

    private OptionalInt unknown(String what, String word, List<String> known) {
        err.println("Alloy has no " + what + " '" + printable(word) + "'."
                + NearestWord.to(word, known, MISTYPED)
                        .map(near -> " Did you mean " + near + "?")
                        .orElse(""));
        err.println("'java -jar alloy.jar --help' lists the commands. Nothing was started.");
        return OptionalInt.of(NOT_UNDERSTOOD);
    }

    private static String printable(String word) {
        StringBuilder printable = new StringBuilder();
        word.codePoints().forEach(point -> printable.appendCodePoint(Character.isISOControl(point) ? '?' : point));
        return printable.toString();
    }

    /** Of the longest command that there is a text for; {@code audit no-such --help} shows that of {@code audit}. */
    private OptionalInt help(List<String> path) {
        for (int length = Math.min(path.size(), 2); length > 0; length--) {
            Optional<String> text = text(String.join("-", path.subList(0, length)));
            if (text.isPresent()) {
                out.print(text.get());
                return OptionalInt.of(0);
            }
        }
        if (!path.isEmpty()) {
            return unknown("command", path.get(0), COMMANDS);
        }
        out.print(text("alloy").orElseThrow());
        return OptionalInt.of(0);
    }

    private static Optional<String> text(String name) {
        if (!name.matches("[a-z-]+")) {
            return Optional.empty();
        }
        try (InputStream in = CommandLineHelp.class.getResourceAsStream("/help/" + name + ".txt")) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version() {
        Properties build = new Properties();
        try (InputStream in = CommandLineHelp.class.getResourceAsStream("/META-INF/build-info.properties")) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "Alloy " + build.getProperty("build.version", "of a working copy") + ", Java "
                + System.getProperty("java.version");
    }
}
