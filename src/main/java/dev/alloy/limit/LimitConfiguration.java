package dev.alloy.limit;

import com.zaxxer.hikari.HikariDataSource;
import dev.alloy.database.DatabaseWatch;
import dev.alloy.http.CoalescingListener;
import dev.alloy.problem.ProblemWriter;
import io.github.bucket4j.TimeMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Puts {@link LimitFilter} behind security, so the caller is known, and {@link WorkFilter} behind the reading of bodies. */
@Configuration(proxyBeanMethods = false)
class LimitConfiguration {

    /** All places are given back when it sends an answer. Only the correlation id comes before. */
    private static final int BEFORE_ALL = Ordered.HIGHEST_PRECEDENCE + 1;

    /** Credentials are looked up in the database. */
    private static final int BEFORE_SECURITY = -110;

    private static final int BEHIND_SECURITY = -80;

    /** Behind the reading of bodies, which senders make as slow as they like, and before everything that takes a connection. */
    private static final int BEHIND_BODIES = -45;

    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    @Bean
    Shares shares(LimitSettings settings) {
        return new Shares(settings, System::nanoTime);
    }

    @Bean
    Shed shed(Shares shares) {
        return new Shed(shares, BETWEEN_LINES);
    }

    @Bean
    FilterRegistrationBean<DatabaseGate> databaseGate(DatabaseWatch watch, ProblemWriter problems, Shed shed) {
        return registered(new DatabaseGate(watch, problems, shed), BEFORE_SECURITY);
    }

    @Bean
    KnownCallers knownCallers() {
        return new KnownCallers();
    }

    @Bean
    Refusals refusals(LimitSettings settings, ProblemWriter problems, Shed shed) {
        return new ProblemRefusals(settings.window(), problems, shed);
    }

    @Bean
    Admission admission(LimitSettings settings, Shares shares, Refusals refusals) {
        return new Admission(settings, new RateLimiter(settings, TimeMeter.SYSTEM_NANOTIME), shares, refusals);
    }

    @Bean
    FilterRegistrationBean<AdmissionFilter> admissionFilter(KnownCallers callers, Admission admission) {
        FilterRegistrationBean<AdmissionFilter> registration =
                registered(new AdmissionFilter(callers, admission), BEFORE_SECURITY - 1);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
        return registration;
    }

    @Bean
    FilterRegistrationBean<StrangerFilter> strangerFilter(
            LimitSettings settings, KnownCallers callers, ProblemWriter problems, Shed shed) {
        FilterRegistrationBean<StrangerFilter> registration = registered(
                new StrangerFilter(
                        new StrangerRateLimiter(settings, TimeMeter.SYSTEM_NANOTIME), callers, problems, shed),
                BEFORE_SECURITY - 2);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
        return registration;
    }

    @Bean
    FilterRegistrationBean<LimitFilter> limitFilter(Admission admission, Shares shares, Refusals refusals) {
        return registered(new LimitFilter(admission, shares, refusals), BEHIND_SECURITY);
    }

    @Bean
    FilterRegistrationBean<AnswerFilter> answerFilter(LimitSettings settings, Refusals refusals) {
        FilterRegistrationBean<AnswerFilter> registration = registered(
                new AnswerFilter(
                        new UnsentAnswers(
                                settings.tokenUnsent().toBytes(),
                                settings.unsent().toBytes()),
                        refusals),
                BEFORE_ALL);
        registration.setUrlPatterns(List.of("/*"));
        return registration;
    }

    @Bean
    FilterRegistrationBean<RequestCoalescing> equalRequests(List<CoalescingListener> heard) {
        FilterRegistrationBean<RequestCoalescing> registration =
                registered(new RequestCoalescing(heard), BEHIND_BODIES - 1);
        return registration;
    }

    @Bean
    FilterRegistrationBean<WorkFilter> workFilter(LimitSettings settings, DataSource connections, Refusals refusals)
            throws SQLException {
        int pool = connections.unwrap(HikariDataSource.class).getMaximumPoolSize();
        return registered(new WorkFilter(settings.atWork(pool), settings, refusals), BEHIND_BODIES);
    }

    private static <F extends Filter> FilterRegistrationBean<F> registered(F filter, int order) {
        var registration = new FilterRegistrationBean<>(filter);
        registration.addUrlPatterns("/*");
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        registration.setOrder(order);
        return registration;
    }
}
