package dev.alloy.monitoring;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;

/** The management port: off unless configured, and never the public port. Source: operations.md, “Metrics”. */
@Configuration(proxyBeanMethods = false)
class MonitoringConfiguration {

    private static final String NAMESPACE = "management";

    /** Noted once: the environment looks through all its sources, one thread at a time, and each request asks. */
    private volatile int port = -1;

    MonitoringConfiguration(Environment environment) {
        if (ManagementPortType.get(environment) == ManagementPortType.SAME) {
            throw new IllegalStateException(
                    "management.server.port is the port of the service itself, but metrics are not for all its callers. Choose a different port.");
        }
    }

    /** The management port listens. */
    @EventListener
    void note(WebServerInitializedEvent started) {
        if (NAMESPACE.equals(started.getApplicationContext().getServerNamespace())) {
            port = started.getWebServer().getPort();
        }
    }

    /** Who reaches this port is decided by the network: it listens on this machine alone unless configured otherwise. */
    @Bean
    @Order(1)
    SecurityFilterChain management(HttpSecurity http) {
        return http.securityMatcher(request -> request.getLocalPort() == port)
                .csrf(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }
}
