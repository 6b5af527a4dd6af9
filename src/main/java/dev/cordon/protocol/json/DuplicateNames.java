package dev.cordon.protocol.json;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A check for duplicate names in the JSON objects that a scanner has begun and not ended. Up to {@link #FEW} names of
 * an object are compared one by one, in the source. An object with more names gets a map, so that large objects take no
 * quadratic time. Confined to one thread.
 *
 * <p>The end of a name is passed as its complement ({@code ~to}) if the name has an escape or is not ASCII. The bytes
 * of such names cannot be compared: the check decodes them.
 */
final class DuplicateNames {
    /** Most names of one object that are compared one by one. */
    static final int FEW = 8;

    /** Offsets of names, to begin with. One array a thread suffices: a thread reads one document at a time. */
    private static final ThreadLocal<int[]> FIRST = ThreadLocal.withInitial(() -> new int[8 * FEW]);

    private final byte[] source;
    private int[] offsets = FIRST.get();
    private int used;

    DuplicateNames(byte[] source) {
        this.source = source;
    }

    /** Begins an object. Returns a marker for {@link #close}. */
    int open() {
        return used;
    }

    /** Ends an object and forgets its names. */
    void close(int opened) {
        used = opened;
    }

    /**
     * Adds a name of the innermost object.
     *
     * @param count number of names that the object already has
     * @param many index of each of these names, or null while they are few
     * @return {@code many} with the new name, or null while the names are few
     * @throws InvalidJsonException if the object already has the name
     */
    @Nullable
    Map<String, Integer> add(int opened, int count, int from, int to, @Nullable Map<String, Integer> many) {
        if (count >= FEW) {
            Map<String, Integer> all = many == null ? numbered(opened) : many;
            if (all.put(text(source, from, to), count) != null) {
                throw twice();
            }
            return all;
        }
        for (int i = opened; i < used; i += 2) {
            if (same(source, offsets[i], offsets[i + 1], from, to)) {
                throw twice();
            }
        }
        if (used == offsets.length) {
            offsets = Arrays.copyOf(offsets, used * 2);
        }
        offsets[used++] = from;
        offsets[used++] = to;
        return null;
    }

    private Map<String, Integer> numbered(int opened) {
        Map<String, Integer> all = new LinkedHashMap<>(4 * FEW);
        for (int i = opened; i < used; i += 2) {
            all.put(text(source, offsets[i], offsets[i + 1]), all.size());
        }
        return all;
    }

    private static boolean same(byte[] source, int from, int to, int otherFrom, int otherTo) {
        if (to >= 0 && otherTo >= 0) {
            return Arrays.equals(source, from, to, source, otherFrom, otherTo);
        }
        // An escape changes the length in bytes: only decoded names compare.
        return text(source, from, to).equals(text(source, otherFrom, otherTo));
    }

    static String text(byte[] source, int from, int to) {
        return JsonStrings.text(source, from, to < 0 ? ~to : to);
    }

    private static InvalidJsonException twice() {
        return new InvalidJsonException("a field is given twice");
    }
}
