package dev.alloy.compiler;

import java.nio.charset.StandardCharsets;

/** Compiles the golden cases in a JVM of its own and prints what came of each: one line a document. */
final class DigestPrinter {

    private DigestPrinter() {}

    /** Prints in ASCII, whatever this JVM's charset. */
    public static void main(String[] arguments) {
        var lines = new StringBuilder();
        for (GoldenFileTests.Case golden : GoldenFileTests.Case.values()) {
            GoldenFileTests.digests(golden).properties().forEach(digest -> lines.append(golden)
                    .append(' ')
                    .append(digest.getKey())
                    .append(' ')
                    .append(digest.getValue().asString())
                    .append('\n'));
        }
        System.out.writeBytes(lines.toString().getBytes(StandardCharsets.US_ASCII));
    }
}
