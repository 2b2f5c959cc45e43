package dev.alloy.limit;

import com.zaxxer.hikari.HikariDataSource;
import dev.alloy.problem.ProblemWriter;
import io.github.bucket4j.TimeMeter;
import jakarta.servlet.DispatcherType;
import java.sql.SQLException;
import java.util.EnumSet;
import javax.sql.DataSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts {@link LimitFilter} behind security, so that the caller is known, and before everything that takes time. */
@Configuration(proxyBeanMethods = false)
class LimitConfiguration {

    private static final int BEHIND_SECURITY = -80;

    @Bean
    FilterRegistrationBean<LimitFilter> limitFilter(
            LimitSettings configured, DataSource connections, ProblemWriter problems) throws SQLException {
        LimitSettings settings = configured.resolved(size(connections));
        var registration = new FilterRegistrationBean<>(new LimitFilter(
                settings,
                new Rates(settings, TimeMeter.SYSTEM_NANOTIME),
                new FairShare(settings.organizationAtOnce(), settings.tokenAtOnce(), settings.organizationWaiting()),
                problems));
        registration.addUrlPatterns("/api/*");
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        registration.setOrder(BEHIND_SECURITY);
        return registration;
    }

    private static int size(DataSource connections) throws SQLException {
        return connections.unwrap(HikariDataSource.class).getMaximumPoolSize();
    }
}
