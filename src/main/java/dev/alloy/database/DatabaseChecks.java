package dev.alloy.database;

import com.zaxxer.hikari.HikariDataSource;
import java.io.Closeable;
import java.io.IOException;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Checks every data source when it is made, before a migration or an entity can touch the database, and sees to it that its connections can be
 * broken.
 */
final class DatabaseChecks implements BeanPostProcessor {

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof HikariDataSource pool) {
            BreakableConnections.under(pool);
        }
        return bean;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof DataSource dataSource) {
            try {
                DurabilityCheck.check(dataSource);
                SchemaGeneration.check(dataSource);
            } catch (DatabaseNotUsable refusal) {
                close(dataSource, refusal);
                throw refusal;
            }
        }
        return bean;
    }

    /** Spring closes only what became a bean. A pool that stays open makes Tomcat show the stacks of its threads. */
    private static void close(DataSource dataSource, DatabaseNotUsable refusal) {
        if (dataSource instanceof Closeable pool) {
            try {
                pool.close();
            } catch (IOException e) {
                refusal.addSuppressed(e);
            }
        }
    }
}
