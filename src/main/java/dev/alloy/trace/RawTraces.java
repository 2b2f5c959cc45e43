package dev.alloy.trace;

import dev.alloy.http.SpooledBody;
import dev.alloy.run.RunRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The bytes of traces, compressed in the database. They pass through memory in slices. */
@Component
class RawTraces {

    private static final int SLICE = 1 << 20;

    private final JdbcTemplate template;
    private final JdbcClient jdbc;

    RawTraces(JdbcTemplate template, JdbcClient jdbc) {
        this.template = template;
        this.jdbc = jdbc;
    }

    /**
     * A row to be written.
     *
     * @param summary JSON text
     * @param gist JSON text
     * @param sentBy {@code runner} or {@code person}
     */
    record NewImport(
            String id,
            String organizationId,
            String projectId,
            String runRequestId,
            @Nullable String resultId,
            @Nullable String traceId,
            TraceFormat format,
            String summary,
            String gist,
            String importedBy,
            String sentBy) {}

    /** Writes a row with its bytes; false when the run has one of these bytes already. */
    boolean add(NewImport made, SpooledBody body) throws IOException {
        Path packed = Files.createTempFile("alloy-trace-", ".gz");
        try {
            try (var in = body.open();
                    var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
                in.transferTo(out);
            }
            try (InputStream in = Files.newInputStream(packed)) {
                return insert(made, body, in, Math.toIntExact(Files.size(packed))) > 0;
            }
        } finally {
            Files.deleteIfExists(packed);
        }
    }

    private int insert(NewImport made, SpooledBody body, InputStream packed, int length) {
        return template.update("""
                insert into trace_imports (id, organization_id, project_id, run_request_id, foundry_run_result_id, trace_id,
                    trace_format, raw_trace, digest, size_bytes, summary, gist, imported_by, sent_by)
                values (?, ?, ?, ?,
                    ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)
                on conflict (run_request_id, digest) do nothing
                """, statement -> {
            statement.setString(1, made.id());
            statement.setString(2, made.organizationId());
            statement.setString(3, made.projectId());
            statement.setString(4, made.runRequestId());
            statement.setString(5, made.resultId());
            statement.setString(6, made.traceId());
            statement.setString(7, made.format().wireName());
            statement.setBinaryStream(8, packed, length);
            statement.setString(9, body.digest());
            statement.setLong(10, body.size());
            statement.setString(11, made.summary());
            statement.setString(12, made.gist());
            statement.setString(13, made.importedBy());
            statement.setString(14, made.sentBy());
        });
    }

    /** The whole summary of a trace, JSON text. */
    String summary(TraceImport kept) {
        return jdbc.sql("select summary from trace_imports where organization_id = :organization and id = :id")
                .param("organization", kept.organizationId())
                .param("id", kept.id())
                .query(String.class)
                .single();
    }

    /** How many traces a run has. */
    int count(RunRequest run) {
        return jdbc.sql("""
                        select count(*) from trace_imports where organization_id = :organization and run_request_id = :run
                        """)
                .param("organization", run.organizationId())
                .param("run", run.id())
                .query(Integer.class)
                .single();
    }

    /** The bytes as they were sent; read from the database as they are needed, each slice by itself. */
    InputStream open(TraceImport kept) throws IOException {
        return new GZIPInputStream(new SequenceInputStream(new Slices(kept)), 1 << 16);
    }

    private final class Slices implements Enumeration<InputStream> {

        private final TraceImport kept;
        private int next = 1;
        private byte[] slice;

        Slices(TraceImport kept) {
            this.kept = kept;
            this.slice = read();
        }

        @Override
        public boolean hasMoreElements() {
            return slice.length > 0;
        }

        @Override
        public InputStream nextElement() {
            if (slice.length == 0) {
                throw new NoSuchElementException();
            }
            var in = new ByteArrayInputStream(slice);
            slice = read();
            return in;
        }

        private byte[] read() {
            byte[] bytes = jdbc.sql("""
                            select substring(raw_trace from :from for :count) from trace_imports
                            where organization_id = :organization and id = :id
                            """)
                    .param("from", next)
                    .param("count", SLICE)
                    .param("organization", kept.organizationId())
                    .param("id", kept.id())
                    .query((row, n) -> row.getBytes(1))
                    .single();
            next += bytes.length;
            return bytes;
        }
    }
}
