package dev.cordon.protocol.json;

import static dev.cordon.protocol.json.FieldPlaces.ABSENT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of one JSON object, each with its place in the source, so that a payload is taken as the bytes it came in. The whole
 * document is checked: UTF-8, depth at most {@link #MAX_DEPTH}, no name twice in one object. Immutable.
 */
public final class JsonFields {
    /** Deepest nesting that is read. */
    public static final int MAX_DEPTH = 32;

    private final FieldPlaces places;

    JsonFields(FieldPlaces places) {
        this.places = places;
    }

    /**
     * Reads a document that is one JSON object.
     *
     * @throws InvalidJsonException if it is not, with what is wrong and never with what it holds
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
            throw new InvalidJsonException("more than 1 JSON objects");
        }
        return fields;
    }

    /** In the order they stand in. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < places.count(); i++) {
            names.add(places.name(i));
        }
        return names;
    }

    /** Number of fields. */
    public int count() {
        return places.count();
    }

    /**
     * Returns the name of a field.
     *
     * @param field index of the field, from 0 to less than {@link #count}
     */
    public String name(int field) {
        return places.name(field);
    }

    /** Returns true if the field at this index has this name. */
    public boolean named(int field, String name) {
        return places.named(field, name);
    }

    /** Returns the index in {@code names} of this field's name, or a negative number if the name is not among them. */
    public int indexOfName(int field, String[] names) {
        return places.which(field, names);
    }

    /** Returns the field's value as the JSON text of the source. */
    public String text(int field) {
        return places.text(field);
    }

    /** Returns true if the object has the field, even with the value null. */
    public boolean given(String name) {
        return places.find(name) != ABSENT;
    }

    public boolean has(String name) {
        return present(name) != ABSENT;
    }

    /** @throws InvalidJsonException if there is a value that is no string */
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

    /** Half a surrogate pair is no text: each would be written as the same question mark. It can come by an escape only, which is longer. */
    private static String wellFormed(String name, String text, int written) {
        if (text.length() != written && !Utf8.wellFormed(text)) {
            throw new InvalidJsonException(name + " has half a surrogate pair: \\ud800 to \\udfff come in pairs");
        }
        return text;
    }

    private String text(int from, int to) {
        return JsonStrings.text(places.source(), from + 1, to - 1);
    }

    /** @throws InvalidJsonException if there is a value that is no whole number of 64 bits */
    public Optional<Long> integer(String name) {
        return has(name) ? Optional.of(integer(name, 0)) : Optional.empty();
    }

    /** Returns {@code otherwise} if the object lacks the field, or its value is null. */
    public long integer(String name, long otherwise) {
        int field = present(name);
        return field == ABSENT ? otherwise : JsonNumbers.integer(name, places.source(), from(field), to(field));
    }

    /** False when absent. */
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
        int field = places.find(name);
        if (field == ABSENT) {
            throw new NoSuchElementException(name);
        }
        return places.mayHaveBreaks()
                ? SingleLine.copyOf(places.source(), from(field), to(field))
                : Arrays.copyOfRange(places.source(), from(field), to(field));
    }

    /** @throws InvalidJsonException if there is a value that is no object */
    public Optional<JsonFields> object(String name) {
        int field = typed(name, '{', "an object");
        if (field == ABSENT) {
            return Optional.empty();
        }
        FieldPlaces noted = places.within(field);
        return Optional.of(
                noted != null ? new JsonFields(noted) : elements(field).object(0));
    }

    /** @throws InvalidJsonException if there is a value that is no array of strings, or one of more than {@code most} */
    public Optional<List<String>> strings(String name, int most) {
        int field = typed(name, '[', "an array of strings");
        if (field == ABSENT) {
            return Optional.empty();
        }
        List<String> strings = new ArrayList<>();
        JsonScanner elements = elements(field);
        while (elements.element()) {
            int from = elements.at();
            if (places.source()[from] != '"') {
                throw new InvalidJsonException(name + " must be an array of strings");
            }
            bound(name, strings, most);
            elements.string();
            strings.add(text(from, elements.at()));
        }
        return Optional.of(List.copyOf(strings));
    }

    /** @throws InvalidJsonException if there is a value that is no array of objects, or one of more than {@code most} */
    public Optional<List<JsonFields>> objects(String name, int most) {
        int field = typed(name, '[', "an array of objects");
        if (field == ABSENT) {
            return Optional.empty();
        }
        List<JsonFields> objects = new ArrayList<>();
        JsonScanner elements = elements(field);
        while (elements.element()) {
            bound(name, objects, most);
            objects.add(elements.object(0));
        }
        return Optional.of(List.copyOf(objects));
    }

    private static void bound(String name, List<?> read, int most) {
        if (read.size() == most) {
            throw new InvalidJsonException(name + " has more than " + most + " entries");
        }
    }

    private JsonScanner elements(int field) {
        return new JsonScanner(places.source(), from(field), to(field));
    }

    /** The field if it is there, not null, and begins as its type does. */
    private int typed(String name, char first, String expected) {
        int field = present(name);
        if (field != ABSENT && first(field) != first) {
            throw new InvalidJsonException(name + " must be " + expected);
        }
        return field;
    }

    private int present(String name) {
        int field = places.find(name);
        return field == ABSENT || first(field) == 'n' ? ABSENT : field;
    }

    /** The value's first byte tells its type. */
    private byte first(int field) {
        return places.source()[places.from(field)];
    }

    FieldPlaces places() {
        return places;
    }

    private int from(int field) {
        return places.from(field);
    }

    private int to(int field) {
        return places.to(field);
    }
}
