package dev.alloy.openapi;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether the service tells about its API, group {@code alloy.openapi}. Source: settings.md.
 *
 * @param enabled false: the OpenAPI document and Swagger UI are not found
 * @param prepare false: they are made when they are first asked for, not after the start
 */
@ConfigurationProperties("alloy.openapi")
record OpenApiSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("true") boolean prepare) {}
