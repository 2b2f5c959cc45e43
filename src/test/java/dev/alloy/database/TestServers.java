package dev.alloy.database;

import java.nio.file.Path;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Embedded servers for tests, which unpack their programs only once. */
public final class TestServers {

    /** The process that tests, not one that it starts: two that unpack into one directory at once spoil it. */
    static final String FORK = System.getProperty(
            "alloy.test.fork", String.valueOf(ProcessHandle.current().pid()));

    static final Path BINARIES = Path.of("target", "postgres-binaries", FORK).toAbsolutePath();

    private TestServers() {}

    /** Starts one with its data in a directory. */
    public static EmbeddedServer start(Path directory) {
        return EmbeddedServer.start(directory, BINARIES);
    }

    static JdbcClient sql(EmbeddedServer server) {
        return JdbcClient.create(dataSource(server));
    }

    static PGSimpleDataSource dataSource(EmbeddedServer server) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.url());
        dataSource.setUser(server.username());
        dataSource.setPassword(server.password());
        return dataSource;
    }

    static void addRow(EmbeddedServer server) {
        sql(server)
                .sql("create table if not exists kept (id int generated always as identity)")
                .update();
        sql(server).sql("insert into kept default values").update();
    }

    static int rows(EmbeddedServer server) {
        return sql(server).sql("select count(*) from kept").query(Integer.class).single();
    }
}
