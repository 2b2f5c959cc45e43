package dev.alloy.bridge;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The {@code .alloy} tree in a working copy. Nothing is written outside of it, whatever a path says. */
final class AlloyFiles {

    static final String DIRECTORY = ".alloy";

    private static final int MOST = 1_000;

    private final Path root;

    /**
     * @param workingCopy its real path
     */
    AlloyFiles(Path workingCopy) {
        this.root = workingCopy.resolve(DIRECTORY);
    }

    boolean isThere() {
        return Files.exists(root, LinkOption.NOFOLLOW_LINKS);
    }

    /** Writes the files; there must not be such a tree yet. Refused, category safety: a path that leads elsewhere. */
    void write(Map<String, byte[]> files) {
        if (files.size() > MOST) {
            throw ExecutionRefused.safety("path-not-allowed", "The artifacts are more than " + MOST + " files.");
        }
        // All paths are looked at before anything is written.
        files.keySet().forEach(this::inside);
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path target = inside(file.getKey());
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.write(target, file.getValue(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            }
        } catch (IOException e) {
            throw ExecutionRefused.dispatch("working-copy-unusable", "The files of the brief cannot be written: " + e);
        }
    }

    private Path inside(String path) {
        List<String> parts = Arrays.asList(path.split("/", -1));
        boolean plain = path.length() <= 500
                && parts.size() > 1
                && parts.get(0).equals(DIRECTORY)
                && parts.stream()
                        .noneMatch(part -> part.isEmpty()
                                || part.equals(".")
                                || part.equals("..")
                                || part.equalsIgnoreCase(".git"))
                && path.chars().noneMatch(c -> c < ' ' || c == '\\' || c == ':' || c == 0x7f);
        if (!plain) {
            throw ExecutionRefused.safety(
                    "path-not-allowed", "An artifact's path lies outside of " + DIRECTORY + "; nothing was written.");
        }
        return root.resolve(path.substring(DIRECTORY.length() + 1));
    }

    /** Takes the tree away. Links in it are removed, not followed. */
    void remove() throws IOException {
        if (!isThere()) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
