package dev.alloy.bridge;

import dev.alloy.conformance.FakeFoundry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A program that answers like Foundry's command, and passes on to the daemon that is played. */
final class FakeFoundryCommand {

    private FakeFoundryCommand() {}

    static Path in(Path directory, FakeFoundry foundry) throws IOException {
        Path program = directory.resolve("foundry-command");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Files.writeString(program, """
                #!/bin/sh
                exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote -cp '%s' %s "$@"
                """.formatted(
                        java, System.getProperty("java.class.path"), FakeFoundryCommandMain.class.getName()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program;
    }
}
