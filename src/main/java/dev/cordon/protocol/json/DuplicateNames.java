package dev.cordon.protocol.json;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names in the objects that a scanner is inside of, so that none is given twice. Few names are compared with each other where
 * they lie; an object that has more than {@link #FEW} gets a map, so that a large one takes no quadratic time. Confined to one
 * thread.
 *
 * <p>A name's end is given as its complement ({@code ~to}) when it has an escape or is not ASCII: only its text can be compared then.
 */
final class OpenNames {
    /** Names of one object that are compared one by one. */
    static final int FEW = 8;

    /** Places to begin with. They are in use only while an object is read, and no thread reads two at a time. */
    private static final ThreadLocal<int[]> FIRST = ThreadLocal.withInitial(() -> new int[8 * FEW]);

    private final byte[] source;
    private int[] places = FIRST.get();
    private int used;

    OpenNames(byte[] source) {
        this.source = source;
    }

    /** An object begins; what is returned closes it. */
    int open() {
        return used;
    }

    /** The names since {@link #open} are done with. */
    void close(int opened) {
        used = opened;
    }

    /**
     * Takes in one more name.
     *
     * @param count names that the object has had so far
     * @param many their numbers, once they are more than few
     * @return the same with the new one
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
            if (same(source, places[i], places[i + 1], from, to)) {
                throw twice();
            }
        }
        if (used == places.length) {
            places = Arrays.copyOf(places, used * 2);
        }
        places[used++] = from;
        places[used++] = to;
        return null;
    }

    private Map<String, Integer> numbered(int opened) {
        Map<String, Integer> all = new LinkedHashMap<>(4 * FEW);
        for (int i = opened; i < used; i += 2) {
            all.put(text(source, places[i], places[i + 1]), all.size());
        }
        return all;
    }

    private static boolean same(byte[] source, int from, int to, int otherFrom, int otherTo) {
        if (to >= 0 && otherTo >= 0) {
            return Arrays.equals(source, from, to, source, otherFrom, otherTo);
        }
        // One is ASCII and one is not, or is escaped: the lengths in bytes say nothing.
        return text(source, from, to).equals(text(source, otherFrom, otherTo));
    }

    static String text(byte[] source, int from, int to) {
        return JsonStrings.text(source, from, to < 0 ? ~to : to);
    }

    private static InvalidJsonException twice() {
        return new InvalidJsonException("a field is given twice");
    }
}
