package dev.alloy.database;

import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** An application that has a database and nothing else. Not a configuration by itself, so that no scan finds it. */
@Import(DatabaseConfiguration.class)
@ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class
})
final class TestApplication {

    private TestApplication() {}

    static ConfigurableApplicationContext start(Map<String, Object> properties) {
        return start(TestApplication.class, properties);
    }

    /** As {@link #start(Map)}, with the migrations. */
    static ConfigurableApplicationContext startAndMigrate(Map<String, Object> properties) {
        return start(Migrating.class, properties);
    }

    private static ConfigurableApplicationContext start(Class<?> configuration, Map<String, Object> properties) {
        return new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .properties(properties)
                .run();
    }

    @Import(TestApplication.class)
    @ImportAutoConfiguration(FlywayAutoConfiguration.class)
    private static final class Migrating {}
}
