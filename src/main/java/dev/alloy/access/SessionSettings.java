package dev.alloy.access;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long people stay signed in, group {@code alloy.console}. Source: operations.md, “Settings”.
 *
 * @param sessionIdle how long a session lasts without being used
 * @param sessionLifetime how long it lasts at most
 */
@ConfigurationProperties("alloy.console")
record SessionSettings(
        @DefaultValue("2h") Duration sessionIdle,
        @DefaultValue("12h") Duration sessionLifetime) {

    /** Refuses settings under which nobody could stay signed in, or for ever. */
    SessionSettings {
        if (sessionIdle.compareTo(Duration.ofMinutes(1)) < 0 || sessionLifetime.compareTo(sessionIdle) < 0) {
            throw new IllegalArgumentException(
                    "alloy.console.session-idle is a minute or more, and session-lifetime no less than that");
        }
        if (sessionLifetime.compareTo(Duration.ofDays(30)) > 0) {
            throw new IllegalArgumentException("alloy.console.session-lifetime is 30 days or less");
        }
    }
}
