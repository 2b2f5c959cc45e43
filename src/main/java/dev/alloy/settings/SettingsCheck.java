package dev.alloy.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.origin.Origin;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Refuses to start with a setting that is broken or unknown, and names all of them at once. Source: settings.md. */
final class SettingsCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    private static final int LONGEST_SHOWN = 100;
    private static final int MISTYPED = 2;

    /** Before the logging system reads the settings that are for it. */
    @Override
    public int getOrder() {
        return LoggingApplicationListener.DEFAULT_ORDER - 1;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        check(event.getEnvironment());
    }

    static void check(ConfigurableEnvironment environment) {
        List<String> facts = new ArrayList<>();
        Settings.ALL.forEach(setting -> complaint(setting, environment).ifPresent(facts::add));
        if (facts.isEmpty()) {
            facts.addAll(contradictions(environment));
        }
        facts.addAll(unknown(environment));
        if (!facts.isEmpty()) {
            throw new SettingsRefused(
                    facts,
                    (facts.size() == 1 ? "Correct it" : "Correct them")
                            + " and start again, or remove it for the default. docs/settings.md lists all settings. Nothing"
                            + " has been started, and no database was opened.");
        }
    }

    private static Optional<String> complaint(Setting setting, ConfigurableEnvironment environment) {
        String value;
        try {
            value = environment.getProperty(setting.property());
        } catch (IllegalArgumentException e) {
            return Optional.of(named(setting, environment) + " refers to something that is not set: " + e.getMessage());
        }
        if (value == null || setting.allowed().allows(value)) {
            return Optional.empty();
        }
        return Optional.of(named(setting, environment) + " holds " + shown(setting, value) + ". It may hold "
                + setting.allowed().words() + "."
                + (setting.standard().isEmpty() ? "" : " The default is " + setting.standard() + "."));
    }

    /** Each of the two is allowed, but not beside the other. */
    private static List<String> contradictions(ConfigurableEnvironment environment) {
        List<String> facts = new ArrayList<>();
        inOrder("alloy.run.heartbeat", "alloy.run.self-abort", environment).ifPresent(facts::add);
        inOrder("alloy.console.session-idle", "alloy.console.session-lifetime", environment)
                .ifPresent(facts::add);
        return facts;
    }

    private static Optional<String> inOrder(String shorter, String longer, ConfigurableEnvironment environment) {
        Duration one = duration(shorter, environment);
        Duration other = duration(longer, environment);
        return one.compareTo(other) <= 0
                ? Optional.empty()
                : Optional.of(shorter + " is longer than " + longer + " (" + text(one) + " and " + text(other)
                        + "). It may hold at most as much.");
    }

    private static Duration duration(String property, ConfigurableEnvironment environment) {
        String standard = Settings.ALL.stream()
                .filter(setting -> setting.property().equals(property))
                .findFirst()
                .orElseThrow()
                .standard();
        return DurationStyle.detectAndParse(environment.getProperty(property, standard));
    }

    private static String text(Duration duration) {
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    private static List<String> unknown(ConfigurableEnvironment environment) {
        Set<String> properties =
                Settings.ALL.stream().map(Setting::property).collect(Collectors.toCollection(TreeSet::new));
        Set<String> variables =
                Settings.ALL.stream().map(Setting::variable).collect(Collectors.toCollection(TreeSet::new));
        Set<String> facts = new TreeSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (!(source instanceof EnumerablePropertySource<?> names)) {
                continue;
            }
            boolean ours = isCommandLine(source) || source.getName().startsWith("Config resource");
            for (String name : names.getPropertyNames()) {
                if (ours && name.startsWith("alloy.")) {
                    String property = ConfigurationPropertyName.adapt(name, '.').toString();
                    if (!properties.contains(property)) {
                        facts.add(name + " ("
                                + (isCommandLine(source) ? "on the command line" : source.getName())
                                + ") is not a setting of Alloy." + meant(property, properties, property.length() / 3));
                    }
                } else if (isEnvironment(source) && name.startsWith("ALLOY_") && !variables.contains(name)) {
                    NearestWord.to(name, variables, MISTYPED)
                            .ifPresent(near -> facts.add(name + " (environment variable) is not a setting of Alloy."
                                    + meant(name, Set.of(near), MISTYPED)));
                }
            }
        }
        return List.copyOf(facts);
    }

    private static String meant(String name, Set<String> known, int atMost) {
        return NearestWord.to(name, known, atMost)
                .map(near -> " Did you mean " + near + "?")
                .orElse("");
    }

    /** The setting, and where it was set. */
    private static String named(Setting setting, ConfigurableEnvironment environment) {
        var name = ConfigurationPropertyName.of(setting.property());
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source.getName().equals("configurationProperties")) {
                continue;
            }
            ConfigurationPropertySource from = ConfigurationPropertySource.from(source);
            var found = from == null ? null : from.getConfigurationProperty(name);
            if (found != null) {
                return setting.property() + " (" + place(source, found.getOrigin(), setting) + ")";
            }
        }
        return setting.property();
    }

    private static String place(PropertySource<?> source, @Nullable Origin origin, Setting setting) {
        if (isCommandLine(source)) {
            return "on the command line";
        }
        if (isEnvironment(source)) {
            return "environment variable " + setting.variable();
        }
        return origin == null ? source.getName() : origin.toString();
    }

    private static boolean isCommandLine(PropertySource<?> source) {
        return source instanceof CommandLinePropertySource;
    }

    private static boolean isEnvironment(PropertySource<?> source) {
        return source.getName().startsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
    }

    private static String shown(Setting setting, String value) {
        if (value.isBlank()) {
            return "nothing";
        }
        if (setting.secret()) {
            return "a value of " + value.length() + " characters that is not shown";
        }
        String plain = value.replaceAll("\\p{Cntrl}", "?");
        return "'" + (plain.length() > LONGEST_SHOWN ? plain.substring(0, LONGEST_SHOWN) + "…" : plain) + "'";
    }
}
