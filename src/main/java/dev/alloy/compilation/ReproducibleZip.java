package dev.alloy.compilation;

import dev.alloy.compiler.AlloyFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes reproducible zip archives. Entries are sorted, of one date and not compressed, because compression differs
 * between versions of zlib.
 */
final class ReproducibleZip {

    /** The first instant that a zip archive can hold; local, so no time zone has a part in it. */
    private static final LocalDateTime DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

    private ReproducibleZip() {}

    static byte[] of(List<AlloyFile> files) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (AlloyFile file : files) {
                zip.putNextEntry(entry(file));
                zip.write(file.bytes());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static ZipEntry entry(AlloyFile file) {
        var checksum = new CRC32();
        checksum.update(file.bytes());
        ZipEntry entry = new ZipEntry(file.path());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(file.bytes().length);
        entry.setCrc(checksum.getValue());
        entry.setTimeLocal(DATE);
        return entry;
    }
}
