package dev.cordon.protocol.json;

import static dev.cordon.protocol.json.FieldOffsets.ABSENT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON object, read without copying: each field refers to its bytes in the source. The whole document has been
 * checked: UTF-8, grammar, depth at most {@link #MAX_DEPTH}, no duplicate names. Immutable, as long as nobody changes
 * the source.
 */
public final class JsonFields {
    /** Deepest nesting that readers accept, in levels. */
    public static final int MAX_DEPTH = 32;

    private final FieldOffsets offsets;

    JsonFields(FieldOffsets offsets) {
        this.offsets = offsets;
    }

    /**
     * Reads a document that is one JSON object.
     *
     * @param document kept by the result, so callers must not change the array
     * @throws InvalidJsonException if the document is anything else; the message quotes no value
     */
    public static JsonFields read(byte[] document) {
        if (!Utf8.valid(document)) {
            throw new InvalidJsonException("not UTF-8");
        }
        JsonScanner scanner = new JsonScanner(document, 0, document.length);
        JsonFields fields = scanner.next(0);
        if (fields == null) {
            throw new InvalidJsonException("expected a JSON object, found nothing");
        }
        if (scanner.next(0) != null) {
            throw new InvalidJsonException("more than 1 JSON object");
        }
        return fields;
    }

    /** Returns the names of the fields, in the order of the source. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < offsets.count(); i++) {
            names.add(offsets.name(i));
        }
        return names;
    }

    /** Number of fields. */
    public int count() {
        return offsets.count();
    }

    /**
     * Returns the name of a field.
     *
     * @param field index of the field, from 0 to less than {@link #count}
     */
    public String name(int field) {
        return offsets.name(field);
    }

    /** Returns true if the field at this index has this name. */
    public boolean named(int field, String name) {
        return offsets.named(field, name);
    }

    /** Returns the index in {@code names} of this field's name, or a negative number if the name is not among them. */
    public int indexOfName(int field, String[] names) {
        return offsets.indexOfName(field, names);
    }

    /** Returns the field's value as the JSON text of the source. */
    public String text(int field) {
        return offsets.text(field);
    }

    /** Returns true if the object has the field, even with the value null. */
    public boolean given(String name) {
        return offsets.find(name) != ABSENT;
    }

    /** Returns true if the object has the field with a value other than null. */
    public boolean has(String name) {
        return present(name) != ABSENT;
    }

    /**
     * Returns the text of a string; empty if the field is absent or null.
     *
     * @throws InvalidJsonException if the value is not a string, or has half a surrogate pair
     */
    public Optional<String> string(String name) {
        return has(name) ? Optional.of(string(name, "")) : Optional.empty();
    }

    /** Returns {@code otherwise} if the object lacks the field, or its value is null. */
    public String string(String name, String otherwise) {
        int field = typed(name, '"', "a string");
        return field == ABSENT
                ? otherwise
                : wellFormed(name, text(from(field), to(field)), to(field) - from(field) - 2);
    }

    /**
     * Rejects half a surrogate pair: UTF-8 has none, so that each would become the same question mark. Only an escape
     * can make one, and a string with an escape is longer than its text.
     */
    private static String wellFormed(String name, String text, int written) {
        if (text.length() != written && !Utf8.wellFormed(text)) {
            throw new InvalidJsonException(name + " has half a surrogate pair: \\ud800 to \\udfff come in pairs");
        }
        return text;
    }

    private String text(int from, int to) {
        return JsonStrings.text(offsets.source(), from + 1, to - 1);
    }

    /**
     * Returns a whole number; empty if the field is absent or null.
     *
     * @throws InvalidJsonException if the value is not a whole number of 64 bits
     */
    public Optional<Long> integer(String name) {
        return has(name) ? Optional.of(integer(name, 0)) : Optional.empty();
    }

    /** Returns {@code otherwise} if the object lacks the field, or its value is null. */
    public long integer(String name, long otherwise) {
        int field = present(name);
        return field == ABSENT ? otherwise : JsonNumbers.integer(name, offsets.source(), from(field), to(field));
    }

    /**
     * Returns a truth value; false if the field is absent or null.
     *
     * @throws InvalidJsonException if the value is neither true nor false
     */
    public boolean bool(String name) {
        int field = present(name);
        if (field == ABSENT || first(field) == 'f') {
            return false;
        }
        if (first(field) == 't') {
            return true;
        }
        throw new InvalidJsonException(name + " must be true or false");
    }

    /**
     * Copies the bytes of the field's value, whatever its type, onto one line (see {@link SingleLine}).
     *
     * @throws java.util.NoSuchElementException if the field is not {@link #given}
     */
    public byte[] raw(String name) {
        int field = offsets.find(name);
        if (field == ABSENT) {
            throw new NoSuchElementException(name);
        }
        return offsets.mayHaveBreaks()
                ? SingleLine.copyOf(offsets.source(), from(field), to(field))
                : Arrays.copyOfRange(offsets.source(), from(field), to(field));
    }

    /**
     * Returns an object; empty if the field is absent or null.
     *
     * @throws InvalidJsonException if the value is not an object
     */
    public Optional<JsonFields> object(String name) {
        int field = typed(name, '{', "an object");
        if (field == ABSENT) {
            return Optional.empty();
        }
        FieldOffsets nested = offsets.nested(field);
        return Optional.of(
                nested != null ? new JsonFields(nested) : elements(field).object(0));
    }

    /**
     * Returns an array of strings; empty if the field is absent or null.
     *
     * @throws InvalidJsonException if the value is not an array of strings, or has more than {@code most} entries
     */
    public Optional<List<String>> strings(String name, int most) {
        int field = typed(name, '[', "an array of strings");
        if (field == ABSENT) {
            return Optional.empty();
        }
        List<String> strings = new ArrayList<>();
        JsonScanner elements = elements(field);
        while (elements.element()) {
            int from = elements.at();
            if (offsets.source()[from] != '"') {
                throw new InvalidJsonException(name + " must be an array of strings");
            }
            bound(name, strings, most);
            elements.string();
            strings.add(text(from, elements.at()));
        }
        return Optional.of(List.copyOf(strings));
    }

    /**
     * Returns an array of objects; empty if the field is absent or null.
     *
     * @throws InvalidJsonException if the value is not an array of objects, or has more than {@code most} entries
     */
    public Optional<List<JsonFields>> objects(String name, int most) {
        int field = typed(name, '[', "an array of objects");
        if (field == ABSENT) {
            return Optional.empty();
        }
        List<JsonFields> objects = new ArrayList<>();
        JsonScanner elements = elements(field);
        while (elements.element()) {
            bound(name, objects, most);
            // The objects of a list mostly have one object each: a command, or a result.
            objects.add(elements.object(1));
        }
        return Optional.of(List.copyOf(objects));
    }

    private static void bound(String name, List<?> read, int most) {
        if (read.size() == most) {
            throw new InvalidJsonException(name + " has more than " + most + " entries");
        }
    }

    private JsonScanner elements(int field) {
        return new JsonScanner(offsets.source(), from(field), to(field));
    }

    /** Returns the index of a field that is present and not null, and checks its type by the first byte. */
    private int typed(String name, char first, String expected) {
        int field = present(name);
        if (field != ABSENT && first(field) != first) {
            throw new InvalidJsonException(name + " must be " + expected);
        }
        return field;
    }

    private int present(String name) {
        int field = offsets.find(name);
        return field == ABSENT || first(field) == 'n' ? ABSENT : field;
    }

    /** Returns the first byte of the value. The first byte tells the type. */
    private byte first(int field) {
        return offsets.source()[offsets.from(field)];
    }

    FieldOffsets offsets() {
        return offsets;
    }

    private int from(int field) {
        return offsets.from(field);
    }

    private int to(int field) {
        return offsets.to(field);
    }
}
