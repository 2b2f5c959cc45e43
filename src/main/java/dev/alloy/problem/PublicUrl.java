package dev.alloy.problem;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The address under which others reach this service: {@code alloy.public-url}, by default {@code http://localhost:{port}}.
 * Links in documents begin with it and never with what a request's Host header claims.
 */
@Component
public class PublicUrl {

    private final String configured;
    private final Environment environment;

    PublicUrl(@Value("${alloy.public-url:}") String configured, Environment environment) {
        this.configured = configured.endsWith("/") ? configured.substring(0, configured.length() - 1) : configured;
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
        String port = environment.getProperty("local.server.port", environment.getProperty("server.port", "8080"));
        return "http://localhost:" + port + path;
    }
}
