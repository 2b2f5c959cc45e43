package dev.alloy.access;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long people stay signed in, group {@code alloy.console}. Source: settings.md.
 *
 * @param sessionIdle how long a session lasts without being used
 * @param sessionLifetime how long it lasts at most
 */
@ConfigurationProperties("alloy.console")
record SessionSettings(
        @DefaultValue("2h") Duration sessionIdle,
        @DefaultValue("12h") Duration sessionLifetime) {}
