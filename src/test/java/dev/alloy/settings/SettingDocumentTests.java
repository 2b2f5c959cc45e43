package dev.alloy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/settings.md is drawn from the code. */
class SettingDocumentTests {

    private static final Path FILE = Path.of("docs/settings.md");

    private static final String HEAD = """
            # Settings

            Drawn from the code by `SettingDocumentTests`; don't edit. [operations.md](operations.md#settings) names the five that
            matter.

            Each is an environment variable, or, in lower case with `.` and `-`, a property: `ALLOY_RUN_LEASE_TTL=90s`,
            `--alloy.run.lease-ttl=90s` on the command line, or a line of an `application.yaml` beside the jar. A start with a
            setting outside of its allowed values is refused.

            | variable and property | default | may hold | |
            | --- | --- | --- | --- |
            """;

    @Test
    void theDocumentListsEverySetting() throws Exception {
        String drawn = HEAD
                + Settings.ALL.stream()
                        .map(setting -> "| `" + setting.variable() + "` `" + setting.property() + "` | "
                                + (setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`") + " | "
                                + setting.allowed().words().replace("|", "\\|") + " | " + setting.about() + " |\n")
                        .collect(Collectors.joining());
        if (Boolean.getBoolean("alloy.docs.write")) {
            Files.writeString(FILE, drawn);
        }
        assertThat(Files.readString(FILE))
                .as("docs/settings.md is out of date: ./mvnw -Dtest=SettingDocumentTests -Dalloy.docs.write=true test")
                .isEqualTo(drawn);
    }
}
