package dev.alloy.settings;

import java.util.List;

/** Alloy does not start with these settings. */
final class SettingsRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * @param facts a sentence or two about each setting
     * @param remedy what to do, in whole sentences
     */
    SettingsRefused(List<String> facts, String remedy) {
        super(String.join(System.lineSeparator() + System.lineSeparator(), facts));
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
