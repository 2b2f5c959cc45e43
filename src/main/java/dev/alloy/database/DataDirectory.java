package dev.alloy.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * What lies in the data directory, and what of it can be trusted after a crash.
 *
 * <p>{@code postgres/} is the database cluster. {@code postgres-unfinished} exists from before it is made until it is
 * complete: as long as the file is there, no server has ever run on the cluster, and it may be thrown away.
 *
 * @param root a real path
 */
record DataDirectory(Path root) {

    private static final int PASSWORD_BYTES = 32;

    /** Opens the directory, and creates it for its owner alone when it is missing. */
    static DataDirectory open(Path path) throws IOException {
        OwnerOnly.createDirectory(path.toAbsolutePath().normalize());
        return new DataDirectory(path.toRealPath());
    }

    Path cluster() {
        return root.resolve("postgres");
    }

    Path passwordFile() {
        return root.resolve("postgres-password");
    }

    /** What the server and its tools said while they were started and stopped the last time. */
    Path startLog() {
        return root.resolve("postgres-start.log");
    }

    private Path unfinished() {
        return root.resolve("postgres-unfinished");
    }

    /**
     * Makes the cluster directory ready: complete, or empty and marked as unfinished.
     *
     * @param major the major version that will run on it
     * @throws DatabaseNotUsable when the directory holds something else
     */
    void prepareCluster(String major) throws IOException {
        if (Files.exists(unfinished()) && !hasBeenServed()) {
            removeContents(cluster());
        }
        if (!Files.exists(cluster()) || isEmpty(cluster())) {
            OwnerOnly.write(unfinished(), "The cluster beside this file is not complete.\n");
            OwnerOnly.createDirectory(cluster());
        } else {
            OwnerOnly.delete(unfinished());
            requireCluster(major);
        }
    }

    /** To be called when the cluster is complete and on the disk, before a server runs on it. */
    void finishCluster() throws IOException {
        OwnerOnly.delete(unfinished());
    }

    /**
     * The password of the cluster. It is on the disk before a cluster is made with it, so whatever survives a crash fits.
     *
     * @throws DatabaseNotUsable when there is a cluster but its password is gone
     */
    String password() throws IOException {
        Path file = passwordFile();
        String known = Files.exists(file) ? Files.readString(file).strip() : "";
        if (!known.isEmpty()) {
            OwnerOnly.restrict(file);
            return known;
        }
        if (!Files.exists(unfinished())) {
            throw new DatabaseNotUsable(
                    "The password of the embedded PostgreSQL is missing: " + file + ".",
                    "Put the file back from a backup. Without it, set a new password for the role postgres with"
                            + " 'postgres --single' (a server started that way asks for none) and write it to the file.");
        }
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        String generated = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        OwnerOnly.write(file, generated + "\n");
        return generated;
    }

    /** A second witness beside the marker: every server leaves this file, making a cluster does not. */
    private boolean hasBeenServed() {
        return Files.exists(cluster().resolve("postmaster.opts"));
    }

    private void requireCluster(String major) throws IOException {
        for (String part : List.of("PG_VERSION", "postgresql.conf", "global/pg_control")) {
            if (!Files.exists(cluster().resolve(part))) {
                throw new DatabaseNotUsable(
                        cluster() + " is not empty, but not a PostgreSQL database either: " + part + " is missing.",
                        "Put the directory back from a backup, or move it away to begin with an empty database. Alloy has"
                                + " not changed it.");
            }
        }
        String version = Files.readString(cluster().resolve("PG_VERSION")).strip();
        if (!version.equals(major)) {
            throw new DatabaseNotUsable(
                    cluster() + " was written by PostgreSQL " + version + "; this Alloy brings PostgreSQL " + major
                            + ".",
                    "Start the Alloy that wrote it and dump the data (pg_dump), or upgrade the directory with pg_upgrade.");
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    /** The directory itself stays: it may be a mount point or a link. */
    private static void removeContents(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> entries = Files.list(directory)) {
                for (Path entry : entries.toList()) {
                    FileSystemUtils.deleteRecursively(entry);
                }
            }
        }
    }
}
