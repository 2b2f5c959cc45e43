package dev.alloy.bench.service;

import dev.alloy.database.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The five transactions of a cycle as prepared statements of pgbench, eight clients, on the server that the service uses: what any
 * service could reach at most. Needs {@code pgbench} on the path.
 */
final class Floor {

    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+) \\(without");
    private static final int PAYLOAD_BYTES = 2048;
    private static final int RESULT_BYTES = 4096;

    private final Service service;
    private final EmbeddedServer database;
    private final JdbcClient sql;

    Floor(Service service) {
        this.service = service;
        this.database = service.database();
        this.sql = service.sql();
    }

    /**
     * Runs for so long on a schema of its own, made anew.
     *
     * @return cycles a second
     */
    double cyclesPerSecond(int seconds) throws IOException, InterruptedException {
        make("schema.sql");
        return run("cycle.sql", seconds);
    }

    /**
     * The same for a database that keeps all that is promised, where each call is one statement that judges and moves. It runs shortly before
     * it is measured, since plans of empty tables are bad ones.
     */
    Record record(int seconds) throws IOException, InterruptedException {
        make("record-schema.sql");
        run("record-cycle.sql", 3);
        sql.sql("vacuum analyze").update();
        double before = service.databaseCpu();
        double rate = run("record-cycle.sql", seconds);
        return new Record(rate, (service.databaseCpu() - before) / (rate * seconds));
    }

    /**
     * What the record floor came to.
     *
     * @param rate cycles a second
     * @param cpu CPU seconds of the database a cycle
     */
    record Record(double rate, double cpu) {}

    private void make(String schema) throws IOException {
        try (Connection connection = service.connections().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(read(schema));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private double run(String cycle, int seconds) throws IOException, InterruptedException {
        Path script = Files.createTempFile("alloy-floor", ".sql");
        Files.writeString(script, read(cycle));
        String[] address =
                database.url().substring("jdbc:postgresql://".length()).split("[:/]");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        "pgbench",
                        "-n",
                        "-M",
                        "prepared",
                        "-c",
                        "8",
                        "-j",
                        "2",
                        "-T",
                        Integer.toString(seconds),
                        "-D",
                        "payload=" + document(PAYLOAD_BYTES),
                        "-D",
                        "result=" + document(RESULT_BYTES),
                        "-f",
                        script.toString(),
                        "-h",
                        address[0],
                        "-p",
                        address[1],
                        "-U",
                        database.username(),
                        address[2]))
                .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", database.password());
        builder.environment().put("PGOPTIONS", "-c plan_cache_mode=force_generic_plan");
        Process pgbench = builder.start();
        String said = new String(pgbench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Files.delete(script);
        Matcher rate = RATE.matcher(said);
        if (pgbench.waitFor() != 0 || !rate.find()) {
            throw new IllegalStateException("pgbench: " + said);
        }
        return Double.parseDouble(rate.group(1));
    }

    /** A JSON document of about so many bytes that hardly compresses. */
    private static String document(int bytes) {
        StringBuilder json = new StringBuilder("{\"kind\":\"run\"");
        for (long i = 1; json.length() < bytes - 1; i++) {
            json.append(String.format(
                    Locale.ROOT, ",\"k%d\":\"%016x%016x\"", i, i * 0x9E3779B97F4A7C15L, i * 0xC2B2AE3D27D4EB4FL));
        }
        return json.append('}').toString();
    }

    private static String read(String name) throws IOException {
        try (InputStream in = Floor.class.getResourceAsStream("/floor/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
