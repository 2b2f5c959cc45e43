package dev.alloy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.AlloyApplication;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.StringUtils;

/** What each setting may hold, and what is said of it when it holds something else. */
class SettingsTests {

    private static final Pattern PLACEHOLDER = Pattern.compile("\"\\$\\{(alloy\\.[a-z.-]+):([^}]*)}\"");

    /** A setting, what it holds, and what is said of what it may hold. {@code _} is nothing. */
    private static final String BROKEN = """
            server.port                                | 70000                      | from 0 to 65535
            server.port                                | eighty                     | a whole number
            server.address                             | 256.1.1.1                  | network interface
            server.address                             | _                          | network interface
            alloy.public-url                           | alloy.example.com          | http or https URL
            alloy.public-url                           | ftp://alloy.example.com    | http or https URL
            alloy.public-url                           | https://a:b@alloy.example  | http or https URL
            alloy.public-url                           | https://alloy.example/?a=b | http or https URL
            alloy.public-url                           | http://host:99999          | http or https URL
            alloy.data-dir                             | pom.xml                    | a directory
            alloy.data-dir                             | pom.xml/data               | a directory
            spring.datasource.url                      | postgres://db/alloy        | jdbc:postgresql:
            spring.datasource.url                      | jdbc:mysql://db/alloy      | jdbc:postgresql:
            spring.datasource.hikari.maximum-pool-size | 1                          | from 2 to 1000
            alloy.demo                                 | fals                       | true or false
            alloy.run.offer-ttl                        | 30 bananas                 | a time with its unit
            alloy.run.offer-ttl                        | 0s                         | from 1s to 1h
            alloy.run.lease-ttl                        | 90                         | from 2s to 24h
            alloy.run.lease-ttl                        | -90s                       | from 2s to 24h
            alloy.run.heartbeat                        | 25h                        | from 1s to 24h
            alloy.run.self-abort                       | soon                       | from 1s to 24h
            alloy.run.sweep-interval                   | 1ms                        | from 100ms to 1h
            alloy.run.max-attempts                     | 0                          | from 1 to 1000
            alloy.run.max-offers                       | 3.5                        | a whole number
            alloy.run.queue-ttl                        | 99999999999999999999d      | from 1s to 365d
            alloy.run.max-waiting-polls                | -1                         | from 0 to 20000
            alloy.run.max-streams                      | 0                          | from 1 to 10000
            alloy.audit.seal-interval                  | _                          | from 10ms to 1h
            alloy.restored                             | perhaps                    | true or false
            alloy.attestation.key-file                 | no-such-file               | an Ed25519 key
            alloy.attestation.key-file                 | pom.xml                    | an Ed25519 key
            alloy.attestation.key-lifetime             | 1s                         | from 1h to 3650d
            alloy.http.max-body-bytes                  | 1MB                        | a whole number
            alloy.http.max-file-bytes                  | 99999999999                | to 2147483647
            alloy.http.max-files                       | 0                          | from 1 to 1000
            alloy.http.body-grace                      | 1h                         | from 100ms to 10m
            alloy.limit.window                         | 11m                        | from 1s to 10m
            alloy.limit.token-requests                 | 0                          | from 1 to
            alloy.limit.organization-requests          | many                       | from 1 to
            alloy.limit.address-requests               | 0                          | from 1 to
            alloy.limit.stranger-requests              | few                        | from 1 to
            alloy.http.address-strangers               | 0                          | from 1 to 1000000
            alloy.http.strangers                       | -5                         | from 1 to 1000000
            alloy.limit.organization-at-once           | 0                          | from 1 to 10000
            alloy.limit.token-at-once                  | 0                          | from 1 to 10000
            alloy.limit.organization-at-work           | -1                         | from 0 to 10000
            alloy.limit.organization-waiting           | -1                         | from 0 to 1000000
            alloy.limit.waiting                        | -1                         | from 0 to 1000000
            alloy.limit.longest-wait                   | 51s                        | from 1ms to 50s
            alloy.limit.longest-report-wait            | 0ms                        | from 1ms to 50s
            alloy.limit.look-statement                 | 500ms                      | from 1s to 50s
            alloy.limit.costly-statement               | 51s                        | from 1s to 50s
            alloy.limit.token-unsent                   | 1MB                        | from 4MB to 16GB
            alloy.limit.unsent                         | 64 megabytes               | a size with its unit
            alloy.console.session-idle                 | 30s                        | from 1m to 30d
            alloy.console.session-lifetime             | 31d                        | from 1m to 30d
            alloy.openapi.enabled                      | nope                       | true or false
            alloy.openapi.prepare                      | 2                          | true or false
            alloy.warm-up                              | 2                          | true or false
            server.forward-headers-strategy            | nativ                      | one of native, framework, none
            server.tomcat.remoteip.internal-proxies    | 10\\.(0                     | a regular expression
            management.server.port                     | -2                         | from -1 to 65535
            management.server.address                  | _                          | network interface
            logging.structured.format.console          | json                       | ecs, logstash, gelf
            """;

    private static Stream<List<String>> broken() {
        return BROKEN.lines()
                .map(line ->
                        Arrays.stream(line.split("\\|", 3)).map(String::strip).toList());
    }

    @ParameterizedTest
    @MethodSource("broken")
    void saysWhatASettingHoldsAndWhatItMayHold(List<String> row) {
        String value = row.get(1).equals("_") ? "" : row.get(1);
        assertThatExceptionOfType(SettingsRefused.class)
                .isThrownBy(() -> check(Map.of(row.get(0), value), Map.of()))
                .withMessageContaining(row.get(0) + " (")
                .withMessageContaining(value.isEmpty() ? "holds nothing" : "holds '" + value + "'")
                .withMessageContaining(". It may hold ")
                .withMessageContaining(row.get(2));
    }

    @Test
    void everySettingThatCanBeBrokenIsInTheTable() {
        List<String> free =
                List.of("spring.datasource.username", "spring.datasource.password", "alloy.bootstrap-token");
        assertThat(Settings.ALL.stream().map(Setting::property).filter(property -> !free.contains(property)))
                .containsExactlyInAnyOrderElementsOf(
                        broken().map(row -> row.get(0)).distinct().toList());
    }

    @Test
    void keepsASecretWhileRefusingIt() {
        assertThatExceptionOfType(SettingsRefused.class)
                .isThrownBy(() -> check(Map.of("alloy.bootstrap-token", "alloy_pat_too-short"), Map.of()))
                .withMessageContaining("alloy.bootstrap-token")
                .withMessageContaining("a value of 19 characters that is not shown")
                .withMessageContaining("32 to 400")
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("too-short"));
    }

    @Test
    void namesAllThatIsBrokenAtOnce() {
        assertThatExceptionOfType(SettingsRefused.class)
                .isThrownBy(() -> check(
                        Map.of("alloy.run.max-offers", "none", "alloy.demo", "maybe"), Map.of("SERVER_PORT", "http")))
                .withMessageContaining("alloy.run.max-offers")
                .withMessageContaining("alloy.demo")
                .withMessageContaining("server.port (environment variable SERVER_PORT) holds 'http'")
                .satisfies(refused -> assertThat(refused.remedy()).contains("docs/settings.md"));
    }

    @ParameterizedTest
    @CsvSource({
        "alloy.run.heartbeat=2m, alloy.run.heartbeat is longer than alloy.run.self-abort (2m and 1m)",
        "alloy.console.session-lifetime=1h, alloy.console.session-idle is longer than alloy.console.session-lifetime"
    })
    void refusesWhatContradictsItself(String setting, String said) {
        String[] parts = setting.split("=");
        assertThatExceptionOfType(SettingsRefused.class)
                .isThrownBy(() -> check(Map.of(parts[0], parts[1]), Map.of()))
                .withMessageContaining(said);
    }

    @Test
    void refusesNamesThatAreNoSetting() {
        assertThatExceptionOfType(SettingsRefused.class)
                .isThrownBy(() -> command("--alloy.run.lease-tll=90s"))
                .withMessageContaining("alloy.run.lease-tll (on the command line) is not a setting of Alloy")
                .withMessageContaining("Did you mean alloy.run.lease-ttl?");
        assertThatExceptionOfType(SettingsRefused.class)
                .isThrownBy(() -> check(Map.of(), Map.of("ALLOY_RUN_LEASE_TLL", "90s")))
                .withMessageContaining("ALLOY_RUN_LEASE_TLL")
                .withMessageContaining("Did you mean ALLOY_RUN_LEASE_TTL?");
        check(Map.of(), Map.of("ALLOY_TOKEN", "x", "ALLOY_SERVER", "y", "ALLOY", "z"));
    }

    @Test
    void refusesAPlaceholderThatNothingFills() {
        assertThatExceptionOfType(SettingsRefused.class)
                .isThrownBy(() -> check(Map.of("alloy.public-url", "https://${NO_SUCH_HOST_HERE}"), Map.of()))
                .withMessageContaining("alloy.public-url")
                .withMessageContaining("NO_SUCH_HOST_HERE");
    }

    @Test
    void takesWhatIsAllowed(@TempDir Path directory) {
        check(
                Map.of(
                        "server.port", "0",
                        "alloy.public-url", "https://alloy.example.com/",
                        "alloy.data-dir", directory.resolve("not/there/yet").toString(),
                        "alloy.bootstrap-token", "alloy_pat_" + "a".repeat(32),
                        "spring.datasource.url", "jdbc:postgresql://db:5432/alloy",
                        "alloy.demo", "OFF",
                        "alloy.limit.unsent", "64MB",
                        "alloy.run.queue-ttl", "P2D"),
                Map.of("ALLOY_RUN_MAX_OFFERS", "5", "ALLOY_PUBLIC_URL", ""));
    }

    @Test
    void everyDefaultIsAllowed() {
        Settings.ALL.stream()
                .filter(setting -> setting.standard().matches("-?\\d.*|true|false|none"))
                .forEach(setting -> assertThat(setting.allowed().allows(setting.standard()))
                        .as(setting.property())
                        .isTrue());
    }

    @Test
    void listsWhatTheCodeReadsWithItsDefaults() throws Exception {
        Map<String, String> read = new TreeMap<>(Map.of("alloy.demo", "true, with the embedded database only"));
        read.putAll(bound());
        read.putAll(injected());
        Map<String, String> listed = Settings.ALL.stream()
                .filter(setting -> setting.property().startsWith("alloy."))
                .collect(Collectors.toMap(Setting::property, Setting::standard));
        read.replaceAll((property, standard) -> standard.isEmpty() ? listed.getOrDefault(property, "?") : standard);
        assertThat(read).containsExactlyInAnyOrderEntriesOf(listed);
    }

    private static Map<String, String> bound() throws Exception {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Map<String, String> bound = new TreeMap<>();
        for (BeanDefinition definition : scanner.findCandidateComponents(AlloyApplication.class.getPackageName())) {
            Class<?> type = Class.forName(definition.getBeanClassName());
            String prefix = type.getAnnotation(ConfigurationProperties.class).value();
            var parameters = type.getDeclaredConstructors()[0].getParameters();
            RecordComponent[] components = type.getRecordComponents();
            for (int i = 0; i < components.length; i++) {
                DefaultValue standard = parameters[i].getAnnotation(DefaultValue.class);
                bound.put(
                        prefix + "." + kebab(components[i].getName()),
                        standard == null ? "" : String.join(",", standard.value()));
            }
        }
        return bound;
    }

    private static Map<String, String> injected() throws IOException {
        Map<String, String> injected = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                PLACEHOLDER
                        .matcher(Files.readString(file))
                        .results()
                        .forEach(found -> injected.put(found.group(1), found.group(2)));
            }
        }
        return injected;
    }

    private static String kebab(String name) {
        return StringUtils.uncapitalize(name).replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static void check(Map<String, String> properties, Map<String, String> variables) {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment.getPropertySources().addLast(new MapPropertySource("test", Map.copyOf(properties)));
        environment
                .getPropertySources()
                .addLast(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.copyOf(variables)));
        SettingsCheck.check(environment);
    }

    private static void command(String... words) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(words));
        SettingsCheck.check(environment);
    }
}
