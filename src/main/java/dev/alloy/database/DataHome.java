package dev.alloy.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/** The data directory of this replica, {@code ALLOY_DATA_DIR}: its database where it brings one, and its own keys. */
@Component
public class DataHome {

    private final Path root;

    DataHome(@Value("${alloy.data-dir:}") String configured) {
        this.root = at(configured);
    }

    /** The directory that a setting names; an empty one names none. */
    public static Path at(String configured) {
        return Path.of(StringUtils.hasText(configured) ? configured : "./data");
    }

    /** What is there under a name, whether it exists or not. The directory itself is made when it is missing, for its owner alone. */
    public Path resolve(String name) {
        try {
            OwnerOnly.createDirectory(root);
        } catch (IOException e) {
            throw new UncheckedIOException("The data directory " + root + " cannot be made; see ALLOY_DATA_DIR", e);
        }
        return root.resolve(name);
    }
}
