package dev.alloy.settings;

import java.util.Locale;

/**
 * One setting of the service.
 *
 * @param property its name as a Spring property
 * @param standard what holds where it is not set, as it is documented; empty where nothing does
 * @param allowed what it may hold
 * @param secret whether its value is never shown
 * @param about what it is for, in a phrase of Markdown
 */
record Setting(String property, String standard, AllowedValues allowed, boolean secret, String about) {

    static Setting of(String property, String standard, AllowedValues allowed, String about) {
        return new Setting(property, standard, allowed, false, about);
    }

    Setting keptSecret() {
        return new Setting(property, standard, allowed, true, about);
    }

    /** Its name as an environment variable. */
    String variable() {
        return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
