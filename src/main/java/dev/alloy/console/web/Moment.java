package dev.alloy.console.web;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An instant as people read it.
 *
 * @param relative how long ago, or in how long
 * @param absolute the same to the second, UTC
 * @param machine the same for machines
 */
record Moment(String relative, String absolute, String machine) {

    private static final DateTimeFormatter ABSOLUTE =
            DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH);

    static Moment of(Instant instant, Instant now) {
        Duration distance = Duration.between(instant, now);
        String words = length(distance.abs().truncatedTo(ChronoUnit.SECONDS)).replace(".0 s", " s");
        String relative = distance.abs().compareTo(Duration.ofSeconds(1)) < 0
                ? "now"
                : distance.isNegative() ? "in " + words : words + " ago";
        return new Moment(
                relative,
                ABSOLUTE.format(instant.atOffset(ZoneOffset.UTC)),
                instant.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    static @Nullable Moment ofNullable(@Nullable Instant instant, Instant now) {
        return instant == null ? null : of(instant, now);
    }

    /** A length of time in one or two units, such as {@code 2 h 5 min}. */
    static String length(Duration length) {
        if (length.toMillis() < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1000.0);
        }
        long seconds = length.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 60) {
            return minutes + " min";
        }
        long hours = minutes / 60;
        if (hours < 24) {
            return hours + " h" + (minutes % 60 == 0 || hours >= 6 ? "" : " " + minutes % 60 + " min");
        }
        long days = hours / 24;
        return days + (days == 1 ? " day" : " days");
    }
}
