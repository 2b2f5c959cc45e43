package dev.alloy.monitoring;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;

/** The management port: off unless configured, and never the port that everybody reaches. Source: operations.md, “Metrics”. */
@Configuration(proxyBeanMethods = false)
class MonitoringConfiguration {

    private static final String PORT = "local.management.port";

    MonitoringConfiguration(Environment environment) {
        if (ManagementPortType.get(environment) == ManagementPortType.SAME) {
            throw new IllegalStateException(
                    "management.server.port is the port of the service itself; what it tells is not for everybody. Choose another.");
        }
    }

    /** Who reaches this port is decided by the network: it listens on this machine alone unless configured otherwise. */
    @Bean
    @Order(1)
    SecurityFilterChain management(HttpSecurity http, Environment environment) {
        return http.securityMatcher(
                        request -> Integer.toString(request.getLocalPort()).equals(environment.getProperty(PORT)))
                .csrf(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }
}
