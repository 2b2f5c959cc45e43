package dev.alloy.testing;

import dev.alloy.AlloyApplication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Several replicas of the service over one database of their own, whose clock may be moved. */
public final class Replicas implements AutoCloseable {

    private final TestDatabase.Fresh database;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<ConfigurableApplicationContext> running = new ArrayList<>();
    private int ahead;
    private final List<BeanPostProcessor> watchers = new ArrayList<>();

    private @Nullable Relay wire;

    private Replicas() {
        this(TestDatabase.migrated());
    }

    private Replicas(TestDatabase.Fresh database) {
        this.database = database;
    }

    /** Starts one replica over the database of another server, which stays. */
    public static Replicas over(String url, String username, String password, Map<String, String> settings) {
        var replicas = new Replicas(new TestDatabase.Fresh("", url, username, password));
        replicas.settings.putAll(settings);
        replicas.add();
        return replicas;
    }

    /** Starts one replica over a database that is there, and will be dropped with it. */
    public static Replicas over(TestDatabase.Fresh database, Map<String, String> settings) {
        var replicas = new Replicas(database);
        replicas.settings.putAll(settings);
        replicas.add();
        return replicas;
    }

    /** Starts replicas; what is over is looked for by polls only, so that tests say when. */
    public static Replicas start(int count) {
        return start(count, Map.of());
    }

    /** Starts replicas with settings of their own. */
    public static Replicas start(int count, Map<String, String> settings) {
        var replicas = new Replicas();
        replicas.settings.putAll(settings);
        for (int i = 0; i < count; i++) {
            replicas.add();
        }
        return replicas;
    }

    /**
     * Two replicas for all tests of this JVM that neither stop them nor move their clock. Each test makes an organization of its own,
     * and nobody closes them.
     */
    public static Replicas pair() {
        return Pair.REPLICAS;
    }

    private static final class Pair {

        static final Replicas REPLICAS = start(2, Map.of("spring.lifecycle.timeout-per-shutdown-phase", "3s"));

        static {
            TestDatabase.dropAtTheEnd(REPLICAS.database);
        }
    }

    /** Starts one replica whose way to the database can be cut. */
    public static Replicas startBehindAWire() {
        var replicas = new Replicas();
        String url = String.valueOf(replicas.database.properties().get("spring.datasource.url"));
        Matcher place = Pattern.compile("//([^:/]+):([0-9]+)/").matcher(url);
        if (!place.find()) {
            throw new IllegalStateException(url);
        }
        replicas.wire = new Relay(Integer.parseInt(place.group(2)));
        replicas.settings.put("spring.datasource.url", place.replaceFirst("//localhost:" + replicas.wire.port() + "/"));
        replicas.add();
        return replicas;
    }

    /** Starts one replica whose statements are counted. */
    public static Replicas start(Statements counted) {
        return start(counted, Map.of());
    }

    /** Starts one replica with settings of its own, whose statements are counted. */
    public static Replicas start(Statements counted, Map<String, String> settings) {
        var replicas = new Replicas();
        replicas.settings.putAll(settings);
        replicas.watchers.add(counted);
        replicas.add();
        return replicas;
    }

    /** The way to the database. */
    public Relay wire() {
        return Objects.requireNonNull(wire);
    }

    /** Sets something for those that are started from now on. */
    public Replicas with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    /** Starts one more. */
    public void add() {
        Map<String, Object> properties = new LinkedHashMap<>(database.properties());
        properties.put("server.port", "0");
        properties.put("alloy.bootstrap-token", Api.BOOTSTRAP_TOKEN);
        properties.put("alloy.demo", "false");
        properties.put("alloy.run.sweep-interval", "1h");
        properties.put("alloy.audit.seal-interval", "1h");
        properties.putAll(settings);
        running.add(new SpringApplicationBuilder(AlloyApplication.class)
                .properties(properties)
                .initializers(KnownClasses::share)
                .initializers(context -> watchers.forEach(context.getBeanFactory()::addBeanPostProcessor))
                .initializers(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new org.springframework.core.env.MapPropertySource("replica", properties)))
                .run());
    }

    /** Stops all of them; the database stays. */
    public void stop() {
        running.forEach(ConfigurableApplicationContext::close);
        running.clear();
    }

    /** Stops one, as a rolling restart does; those behind it move up. */
    public void stop(int replica) {
        running.remove(replica).close();
    }

    /** The database behind them as it is now, in another one. */
    public TestDatabase.Fresh copy() {
        return database.copy();
    }

    /** The port of a replica. */
    public int port(int replica) {
        return Integer.parseInt(property(replica, "local.server.port"));
    }

    /** A property of a replica's environment. */
    public String property(int replica, String name) {
        return String.valueOf(running.get(replica).getEnvironment().getProperty(name));
    }

    /** How many run. */
    public int count() {
        return running.size();
    }

    /** A part of a replica, for what is otherwise done by a timer. */
    public <T> T bean(int replica, Class<T> type) {
        return running.get(replica).getBean(type);
    }

    /** The data directory that they share. */
    public Path dataDirectory() {
        return Path.of(String.valueOf(database.properties().get("alloy.data-dir")));
    }

    /** Connections to the database behind them, each a new one. */
    public DataSource dataSource() {
        return database.dataSource();
    }

    /** The database behind them. */
    public JdbcClient database() {
        return database.jdbc();
    }

    /** Lets the database's clock go on by some seconds at once. */
    public void advance(int seconds) {
        ahead += seconds;
        MovedClock.ahead(database.dataSource(), ahead);
    }

    @Override
    public void close() {
        stop();
        database.disconnect();
        if (!database.name().isEmpty()) {
            database.close();
        }
    }
}
