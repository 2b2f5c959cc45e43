package dev.alloy.console.web;

import dev.alloy.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The console's files, by addresses that change with what is in them: browsers keep them until then. */
final class Assets {

    static final Address STYLES = address("console.css");
    static final Address SCRIPT = address("console.js");
    static final Address ICON = address("alloy.svg");

    private Assets() {}

    private static Address address(String name) {
        try (InputStream in = Assets.class.getResourceAsStream("/static/assets/" + name)) {
            if (in == null) {
                throw new IllegalStateException("No such file of the console: " + name);
            }
            return new Address("/assets/" + name)
                    .with("v", Digest.of(in.readAllBytes()).substring(7, 19));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
