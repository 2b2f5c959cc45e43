package dev.alloy.demo;

import java.nio.file.Path;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * What the demo takes from the service's settings.
 *
 * @param dataDirectory an absolute path
 * @param configuredToken the bootstrap token somebody has chosen; empty when it was generated
 * @param publicUrl without a slash at its end; empty for the default
 * @param openApi whether the service shows its API
 */
record DemoSettings(Path dataDirectory, String configuredToken, String publicUrl, boolean openApi) {

    static DemoSettings of(Environment environment) {
        return new DemoSettings(
                Path.of(text(environment, "alloy.data-dir", "./data"))
                        .toAbsolutePath()
                        .normalize(),
                text(environment, "alloy.bootstrap-token", ""),
                StringUtils.trimTrailingCharacter(text(environment, "alloy.public-url", ""), '/'),
                environment.getProperty("alloy.openapi.enabled", Boolean.class, true));
    }

    /** An empty value counts as none: compose files pass unset variables. */
    private static String text(Environment environment, String property, String otherwise) {
        String value = environment.getProperty(property, "");
        return StringUtils.hasText(value) ? value : otherwise;
    }

    /** Records print themselves; this one holds a secret. */
    @Override
    public String toString() {
        return "DemoSettings[" + dataDirectory + "]";
    }
}
