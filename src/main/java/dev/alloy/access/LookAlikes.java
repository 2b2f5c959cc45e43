package dev.alloy.access;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Tells whether a reader could take one name for another. Pure. Source: Unicode Technical Standard 39, “Confusable Detection”, in a form
 * that errs on the side of refusing.
 */
final class LookAlikes {

    private static final Pattern ACCENTS =
            Pattern.compile("[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]");
    private static final int ASCII = 0x7f;
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern DASHES = Pattern.compile("[\\p{Pd}\\u2212]");
    private static final Pattern QUOTES = Pattern.compile("[\u2018\u2019\u02bc\u2032`\u00b4]");

    private static final Map<Integer, String> SHAPES = shapes(
            "\u0430a\u0435e\u043eo\u0440p\u0441c\u0443y\u0445x\u0456i\u0458j\u0455s\u04bbh\u0501d\u051bq\u051dw\u043ak\u04cfl"
                    + "\u0410A\u0412B\u0415E\u041aK\u041cM\u041dH\u041eO\u0420P\u0421C\u0422T\u0423Y\u0425X\u0406I\u0408J\u0405S"
                    + "\u03b1a\u03b9i\u03bak\u03bdv\u03bfo\u03c1p\u03c5u\u03c7x"
                    + "\u0391A\u0392B\u0395E\u0396Z\u0397H\u0399I\u039aK\u039cM\u039dN\u039fO\u03a1P\u03a4T\u03a5Y\u03a7X"
                    + "\u0131i\u0251a\u0261g\u0269i");

    private LookAlikes() {}

    /** Whether the names differ, and by case, accents or the shapes of their letters only. */
    static boolean confuses(String name, String other) {
        return !name.equals(other)
                && (folded(name).equals(folded(other))
                        || drawn(name)
                                .toLowerCase(Locale.ROOT)
                                .equals(drawn(other).toLowerCase(Locale.ROOT))
                        || blurred(name).equals(blurred(other))
                        || isDrawnWithOthers(drawn(name), drawn(other)));
    }

    /**
     * Whether letters of other scripts, or signs, stand where the other name has plain ones: no table has all that look alike. Of two that
     * are no plain letters nothing is said.
     */
    private static boolean isDrawnWithOthers(String name, String other) {
        int[] letters = name.toLowerCase(Locale.ROOT).codePoints().toArray();
        int[] others = other.toLowerCase(Locale.ROOT).codePoints().toArray();
        boolean some = false;
        for (int i = 0; letters.length == others.length && i < letters.length; i++) {
            boolean same = letters[i] == others[i];
            if (!same && !(isPlain(letters[i]) && others[i] > ASCII) && !(isPlain(others[i]) && letters[i] > ASCII)) {
                return false;
            }
            some |= same && isPlain(letters[i]);
        }
        return letters.length == others.length && some;
    }

    private static boolean isPlain(int letter) {
        return letter <= ASCII && Character.isLetterOrDigit(letter);
    }

    private static String folded(String name) {
        // Upper case first: it joins letters that lower case alone keeps apart, such as the two lower-case sigmas.
        return spaced(Normalizer.normalize(name, Normalizer.Form.NFKC))
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    /** The letters as they are drawn: without accents, and Latin where a Latin letter has that shape. */
    private static String drawn(String name) {
        String bare = ACCENTS.matcher(Normalizer.normalize(name, Normalizer.Form.NFKD))
                .replaceAll("");
        StringBuilder drawn = new StringBuilder();
        bare.codePoints().forEach(letter -> {
            String shape = SHAPES.get(letter);
            if (shape == null) {
                drawn.appendCodePoint(letter);
            } else {
                drawn.append(shape);
            }
        });
        return spaced(drawn.toString());
    }

    /** What can be told apart in a plain font no better than by a second look. */
    private static String blurred(String name) {
        return drawn(name)
                .replace('I', 'l')
                .replace('1', 'l')
                .replace('|', 'l')
                .replace('0', 'O')
                .replace("rn", "m")
                .replace("vv", "w");
    }

    private static String spaced(String name) {
        String even = SPACES.matcher(name.strip()).replaceAll(" ");
        return QUOTES.matcher(DASHES.matcher(even).replaceAll("-")).replaceAll("'");
    }

    /** Pairs of a letter and the one that looks like it. */
    private static Map<Integer, String> shapes(String pairs) {
        Map<Integer, String> shapes = new HashMap<>();
        for (int i = 0; i < pairs.length(); i += 2) {
            shapes.put((int) pairs.charAt(i), String.valueOf(pairs.charAt(i + 1)));
        }
        return Map.copyOf(shapes);
    }
}
