package dev.alloy.database;

import javax.sql.DataSource;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.StringUtils;

/** Checks whatever database there is, and brings one when none is configured. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseConfiguration.class);

    @Bean
    static DatabaseChecks databaseChecks() {
        return new DatabaseChecks();
    }

    @Bean
    JdbcTemplate boundedJdbcTemplate(DataSource connections) {
        return new BoundedJdbcTemplate(connections);
    }

    /** Flyway names every migration; one line is enough. */
    @Bean
    FlywayMigrationStrategy migrationInOneLine() {
        return flyway -> {
            MigrateResult result = flyway.migrate();
            if (result.migrationsExecuted > 0) {
                LOG.info(
                        "The database's tables were brought from version {} to {} by {} migrations",
                        result.initialSchemaVersion == null ? "0" : result.initialSchemaVersion,
                        result.targetSchemaVersion,
                        result.migrationsExecuted);
            }
        };
    }

    @Bean
    FirstStatistics firstStatistics(JdbcTemplate jdbc) {
        return new FirstStatistics(jdbc);
    }

    /** The pool depends on the connection details, and these on the server: so the server stops last. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(NoDatabaseConfigured.class)
    static class Embedded {

        @Bean(destroyMethod = "close")
        EmbeddedServer embeddedServer(@Value("${alloy.data-dir:}") String dataDirectory) {
            return EmbeddedServer.start(DataHome.at(dataDirectory));
        }

        @Bean
        JdbcConnectionDetails embeddedServerConnectionDetails(EmbeddedServer server) {
            return new ConnectionDetails(server);
        }
    }

    private record ConnectionDetails(EmbeddedServer server) implements JdbcConnectionDetails {

        @Override
        public String getUsername() {
            return server.username();
        }

        @Override
        public String getPassword() {
            return server.password();
        }

        @Override
        public String getJdbcUrl() {
            return server.url();
        }
    }

    /** An empty url counts as none: compose files pass unset variables. */
    static final class NoDatabaseConfigured implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var environment = context.getEnvironment();
            return !StringUtils.hasText(environment.getProperty("spring.datasource.url"))
                    && !StringUtils.hasText(environment.getProperty("spring.datasource.jndi-name"));
        }
    }
}
