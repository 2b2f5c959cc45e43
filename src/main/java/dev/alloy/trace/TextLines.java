package dev.alloy.trace;

import dev.alloy.contract.foundry.CliTextReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads UTF-8 line by line. However long a line is, only its beginning is kept. */
final class TextLines implements CliTextReader.Lines {

    private static final int LONGEST = 1 << 20;

    private final Reader in;
    private int number;

    TextLines(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public @Nullable String next() throws IOException {
        int c = in.read();
        if (c < 0) {
            return null;
        }
        number++;
        var line = new StringBuilder();
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() < LONGEST) {
                line.append((char) c);
            }
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }
}
