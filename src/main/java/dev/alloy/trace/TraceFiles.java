package dev.alloy.trace;

import dev.alloy.contract.foundry.CliTextReader;
import dev.alloy.contract.foundry.ProcessResultReader;
import dev.alloy.contract.foundry.TraceBytes;
import dev.alloy.contract.foundry.TraceFacts;
import dev.alloy.contract.foundry.UnreadableTrace;
import dev.alloy.http.Bodies;
import dev.alloy.http.SpooledBody;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import tools.jackson.core.ObjectReadContext;

/** Reads traces that were sent, in Foundry's own formats; what is none is refused as a problem. */
final class TraceFiles {

    private TraceFiles() {}

    /**
     * The JSON file that Foundry writes. Refused: {@code malformed-json} with the place, {@code json-limit-exceeded}, {@code invalid-body}
     * for JSON that is no such file.
     */
    static TraceFacts processResult(SpooledBody body) throws IOException {
        try (var in = body.open();
                var parser = ProcessResultReader.FACTORY.createParser(ObjectReadContext.empty(), in);
                var file = FileChannel.open(body.file(), StandardOpenOption.READ)) {
            return ProcessResultReader.read(parser, new Spooled(file, body.size()));
        } catch (UnreadableTrace e) {
            throw refusal(e);
        }
    }

    /** What {@code foundry trace} prints. Refused: {@code unreadable-trace} with the line. */
    static TraceFacts cliText(SpooledBody body) throws IOException {
        try (var in = body.open()) {
            return CliTextReader.read(new TextLines(in));
        } catch (UnreadableTrace e) {
            throw refusal(e);
        }
    }

    private static ProblemException refusal(UnreadableTrace e) {
        return switch (e.kind()) {
            case MALFORMED ->
                ProblemType.MALFORMED_JSON
                        .because(String.valueOf(e.getMessage()))
                        .at(e.pointer(), e.code(), e.detail());
            case LIMIT_EXCEEDED ->
                ProblemType.JSON_LIMIT_EXCEEDED
                        .because(String.valueOf(e.getMessage()))
                        .at(e.pointer(), e.code(), e.detail());
            case NOT_A_TRACE -> Bodies.refusal(e.pointer(), e.code(), e.detail());
            case UNREADABLE_TEXT ->
                ProblemType.UNREADABLE_TRACE
                        .because(String.valueOf(e.getMessage()))
                        .with("line", e.line());
        };
    }

    private record Spooled(FileChannel file, long size) implements TraceBytes {

        @Override
        public byte[] read(long start, int count) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, Math.max(size - start, 0)));
            while (bytes.hasRemaining() && file.read(bytes, start + bytes.position()) >= 0) {
                // The channel gives as much as it likes at a time.
            }
            return bytes.array();
        }
    }
}
