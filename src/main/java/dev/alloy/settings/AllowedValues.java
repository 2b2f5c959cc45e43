package dev.alloy.settings;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * What a setting may hold.
 *
 * @param words for people: ends “It may hold …”
 * @param fits whether a value is allowed; throws {@link IllegalArgumentException} where it cannot be read at all
 */
record AllowedValues(String words, Predicate<String> fits) {

    private static final Set<String> ON_OR_OFF = Set.of("true", "false", "on", "off", "yes", "no", "1", "0");

    boolean allows(String value) {
        try {
            return fits.test(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return false;
        }
    }

    /** Besides what is allowed, nothing: compose files pass unset variables. */
    AllowedValues orEmpty() {
        return new AllowedValues(words, value -> value.isBlank() || fits.test(value));
    }

    static AllowedValues anything() {
        return new AllowedValues("any text", value -> true);
    }

    static AllowedValues whole(long least, long most) {
        return new AllowedValues("a whole number from " + least + " to " + most, value -> {
            long number = Long.parseLong(value.strip());
            return number >= least && number <= most;
        });
    }

    static AllowedValues duration(String least, String most) {
        Duration shortest = DurationStyle.detectAndParse(least);
        Duration longest = DurationStyle.detectAndParse(most);
        return new AllowedValues("a time with its unit (ms, s, m, h, d) from " + least + " to " + most, value -> {
            Duration duration = DurationStyle.detectAndParse(value.strip());
            return duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0;
        });
    }

    static AllowedValues size(String least, String most) {
        long smallest = DataSize.parse(least).toBytes();
        long largest = DataSize.parse(most).toBytes();
        return new AllowedValues("a size with its unit (KB, MB, GB) from " + least + " to " + most, value -> {
            long bytes = DataSize.parse(value.strip()).toBytes();
            return bytes >= smallest && bytes <= largest;
        });
    }

    static AllowedValues onOrOff() {
        return new AllowedValues(
                "true or false", value -> ON_OR_OFF.contains(value.strip().toLowerCase(Locale.ROOT)));
    }

    static AllowedValues oneOf(String... words) {
        List<String> allowed = List.of(words);
        return new AllowedValues(
                "one of " + String.join(", ", allowed),
                value -> allowed.contains(value.strip().toLowerCase(Locale.ROOT)));
    }

    static AllowedValues matching(String words, String pattern) {
        return new AllowedValues(words, Pattern.compile(pattern).asMatchPredicate());
    }

    static AllowedValues pattern() {
        return new AllowedValues("a regular expression", value -> {
            try {
                Pattern.compile(value);
                return true;
            } catch (PatternSyntaxException e) {
                return false;
            }
        });
    }

    /** Links are this and a path behind it. */
    static AllowedValues webAddress() {
        return new AllowedValues("an http or https URL with a host and nothing behind its path", value -> {
            try {
                URI address = new URI(value.strip());
                return ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                        && address.getHost() != null
                        && address.getRawUserInfo() == null
                        && address.getRawQuery() == null
                        && address.getRawFragment() == null
                        && address.getPort() <= 65535;
            } catch (URISyntaxException e) {
                return false;
            }
        });
    }

    static AllowedValues networkAddress() {
        return new AllowedValues("the name or IP address of a network interface of this machine", value -> {
            try {
                return !value.isBlank() && InetAddress.getByName(value.strip()) != null;
            } catch (UnknownHostException e) {
                return false;
            }
        });
    }

    static AllowedValues directory() {
        return new AllowedValues("a directory that can be written to, or a place where one can be made", value -> {
            try {
                Path nearest = Path.of(value).toAbsolutePath().normalize();
                while (nearest != null && !Files.exists(nearest)) {
                    nearest = nearest.getParent();
                }
                return nearest != null && Files.isDirectory(nearest) && Files.isWritable(nearest);
            } catch (InvalidPathException e) {
                return false;
            }
        });
    }

    static AllowedValues ed25519KeyFile() {
        String words =
                "a readable file with an Ed25519 key in PKCS #8 (PEM), as 'openssl genpkey -algorithm ed25519' writes";
        return new AllowedValues(words, value -> {
            try {
                String text = Files.readString(Path.of(value));
                byte[] key = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
                return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(key)) != null;
            } catch (IOException | GeneralSecurityException | InvalidPathException e) {
                return false;
            }
        });
    }
}
