package dev.cordon.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the fields of one object lie in the source. Filled by its scanner, and not changed afterwards. */
final class FieldPlaces {
    /** The number of a field that is not there. */
    static final int ABSENT = -1;

    /** A field's four numbers: where its name begins and ends (as {@link OpenNames} has it), where its value does. */
    private static final int STRIDE = 4;

    private final byte[] source;
    private int[] places = new int[2 * STRIDE];
    private int count;
    private boolean breaks;
    private @Nullable FieldPlaces @Nullable [] within;
    private @Nullable Map<String, Integer> numbers;

    FieldPlaces(byte[] source) {
        this.source = source;
    }

    byte[] source() {
        return source;
    }

    /** @param fields of the value, if it is an object whose fields were noted too */
    void add(int nameFrom, int nameTo, int from, int to, @Nullable FieldPlaces fields) {
        int i = count * STRIDE;
        if (i == places.length) {
            places = Arrays.copyOf(places, i * 2);
        }
        places[i] = nameFrom;
        places[i + 1] = nameTo;
        places[i + 2] = from;
        places[i + 3] = to;
        if (fields != null) {
            addWithin(fields);
        }
        count++;
    }

    private void addWithin(FieldPlaces fields) {
        if (within == null) {
            within = new FieldPlaces[count + 1];
        } else if (within.length <= count) {
            within = Arrays.copyOf(within, count * 2);
        }
        within[count] = fields;
    }

    /**
     * All fields are added.
     *
     * @param withBreaks whether there may be a line break in a value
     * @param all of many fields, the number of each by its name
     */
    void end(boolean withBreaks, @Nullable Map<String, Integer> all) {
        breaks = withBreaks;
        numbers = all;
    }

    /** False only when there is no line break in any value. */
    boolean mayHaveBreaks() {
        return breaks;
    }

    int count() {
        return count;
    }

    /** The number of the field, or {@link #ABSENT}. */
    int find(String name) {
        if (numbers != null) {
            return numbers.getOrDefault(name, ABSENT);
        }
        for (int i = 0; i < count; i++) {
            if (named(i, name)) {
                return i;
            }
        }
        return ABSENT;
    }

    /** Which of these names the field has: its place among them; negative for none. By index: on the way of every command. */
    int which(int field, String[] names) {
        int length = places[field * STRIDE + 1] - places[field * STRIDE];
        boolean plain = places[field * STRIDE + 1] >= 0;
        for (int i = 0; i < names.length; i++) {
            if ((!plain || names[i].length() == length) && named(field, names[i])) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the field has this name. */
    boolean named(int field, String name) {
        int from = places[field * STRIDE];
        int to = places[field * STRIDE + 1];
        if (to < 0) {
            return name(field).equals(name);
        }
        if (to - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (source[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    String name(int field) {
        return OpenNames.text(source, places[field * STRIDE], places[field * STRIDE + 1]);
    }

    /** The value as it came. */
    String text(int field) {
        return new String(source, from(field), to(field) - from(field), StandardCharsets.UTF_8);
    }

    /** Where the value begins. */
    int from(int field) {
        return places[field * STRIDE + 2];
    }

    /** Where it ends. */
    int to(int field) {
        return places[field * STRIDE + 3];
    }

    /** The value's own fields, if they were noted on the way. */
    @Nullable
    FieldPlaces within(int field) {
        return within != null && field < within.length ? within[field] : null;
    }
}
