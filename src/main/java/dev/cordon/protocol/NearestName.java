package dev.cordon.protocol;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A spelling suggestion: the known name with the least edit distance to a given one. Case and separators do not count.
 */
public final class NearestName {
    /** Longest name that gets a suggestion, in characters. Bounds the cost of a client's text. */
    static final int MAX_CHARS = 64;

    private static final Pattern NO_LETTER = Pattern.compile("[^\\p{L}\\p{N}]");

    private NearestName() {}

    /** @return the first of the nearest names; empty if none is near */
    public static Optional<String> of(String given, Collection<String> known) {
        if (given.length() > MAX_CHARS) {
            return Optional.empty();
        }
        String letters = letters(given);
        int best = Math.min(3, Math.max(1, letters.length() / 3)) + 1;
        String nearest = "";
        for (String each : known) {
            int distance = distance(letters, letters(each));
            if (distance < best) {
                best = distance;
                nearest = each;
            }
        }
        return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
    }

    private static String letters(String name) {
        return NO_LETTER.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
    }

    /** Computes the Levenshtein distance in one row. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
