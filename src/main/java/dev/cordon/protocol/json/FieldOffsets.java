package dev.cordon.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table of byte offsets: where the name and the value of each field of one JSON object lie in the source.
 * {@link JsonScanner} fills the table; nothing changes the table afterwards.
 */
final class FieldOffsets {
    /** Index of an absent field. */
    static final int ABSENT = -1;

    /** Offsets of one field: start and end of the name (see {@link DuplicateNames}), start and end of the value. */
    private static final int STRIDE = 4;

    private final byte[] source;
    private int[] offsets = new int[2 * STRIDE];
    private int count;
    private boolean breaks;
    private @Nullable FieldOffsets @Nullable [] nested;
    private @Nullable Map<String, Integer> numbers;

    FieldOffsets(byte[] source) {
        this.source = source;
    }

    byte[] source() {
        return source;
    }

    /** @param fields table of the value, if the value is an object that the scanner recorded too */
    void add(int nameFrom, int nameTo, int from, int to, @Nullable FieldOffsets fields) {
        int i = count * STRIDE;
        if (i == offsets.length) {
            offsets = Arrays.copyOf(offsets, i * 2);
        }
        offsets[i] = nameFrom;
        offsets[i + 1] = nameTo;
        offsets[i + 2] = from;
        offsets[i + 3] = to;
        if (fields != null) {
            addNested(fields);
        }
        count++;
    }

    private void addNested(FieldOffsets fields) {
        if (nested == null) {
            nested = new FieldOffsets[count + 1];
        } else if (nested.length <= count) {
            nested = Arrays.copyOf(nested, count * 2);
        }
        nested[count] = fields;
    }

    /**
     * Completes the table, once all fields are added.
     *
     * @param withBreaks true if a value may contain a line break
     * @param all index of each field by name, if the object has more than a few fields
     */
    void complete(boolean withBreaks, @Nullable Map<String, Integer> all) {
        breaks = withBreaks;
        numbers = all;
    }

    /** Returns false only if no value contains a line break. */
    boolean mayHaveBreaks() {
        return breaks;
    }

    int count() {
        return count;
    }

    /** Returns the index of the field with this name, or {@link #ABSENT}. */
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

    /**
     * Returns the index in {@code names} of the field's name, or a negative number. Allocates nothing: every command
     * needs this.
     */
    int indexOfName(int field, String[] names) {
        int length = offsets[field * STRIDE + 1] - offsets[field * STRIDE];
        boolean plain = offsets[field * STRIDE + 1] >= 0;
        for (int i = 0; i < names.length; i++) {
            if ((!plain || names[i].length() == length) && named(field, names[i])) {
                return i;
            }
        }
        return -1;
    }

    /** Returns true if the field has this name. */
    boolean named(int field, String name) {
        int from = offsets[field * STRIDE];
        int to = offsets[field * STRIDE + 1];
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
        return DuplicateNames.text(source, offsets[field * STRIDE], offsets[field * STRIDE + 1]);
    }

    /** Returns the value as JSON text. */
    String text(int field) {
        return new String(source, from(field), to(field) - from(field), StandardCharsets.UTF_8);
    }

    /** Returns the offset of the value's first byte. */
    int from(int field) {
        return offsets[field * STRIDE + 2];
    }

    /** Returns the offset behind the value's last byte. */
    int to(int field) {
        return offsets[field * STRIDE + 3];
    }

    /** Returns the table of the value, if the value is an object that the scanner recorded. */
    @Nullable
    FieldOffsets nested(int field) {
        return nested != null && field < nested.length ? nested[field] : null;
    }
}
