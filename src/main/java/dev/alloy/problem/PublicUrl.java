package dev.alloy.problem;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * The address under which others reach this service: {@code alloy.public-url}, by default {@code http://localhost:{port}}.
 * Links in documents begin with it and never with what a request's Host header claims.
 */
@Component
public class PublicUrl {

    private final String configured;
    private final Environment environment;

    /** Known when the server listens; the environment looks through all its sources, one thread at a time. */
    private volatile @Nullable String local;

    PublicUrl(@Value("${alloy.public-url:}") String configured, Environment environment) {
        this.configured = StringUtils.trimTrailingCharacter(configured.strip(), '/');
        this.environment = environment;
    }

    /** An absolute URL.
     *
     * @param path begins with a slash
     */
    public String of(String path) {
        if (!configured.isEmpty()) {
            return configured + path;
        }
        String known = local;
        if (known != null) {
            return known + path;
        }
        String port = environment.getProperty("local.server.port");
        if (port != null) {
            local = "http://localhost:" + port;
        }
        return "http://localhost:" + (port == null ? environment.getProperty("server.port", "8080") : port) + path;
    }
}
