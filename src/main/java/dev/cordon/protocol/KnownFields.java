package dev.cordon.protocol;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The list of fields that one kind of JSON object may have. Each field is read, ignored or unsupported. An unsupported
 * field is one that the protocol defines and Cordon does not implement. {@link #check} rejects an unsupported field
 * unless its value is empty: libraries send some of these fields with empty values. Unknown fields are rejected by
 * name. Immutable.
 */
public final class KnownFields {
    private static final Pattern SHOWN = Pattern.compile("[A-Za-z0-9_.-]{1,40}");
    private static final List<String> EMPTY_VALUES = List.of("null", "false", "0", "\"\"", "[]", "{}");

    private final String place;
    private final List<String> read;
    private final List<String> ignored;
    private final String[] accepted;
    private final List<String> unsupported;

    private KnownFields(String place, List<String> read, List<String> ignored, List<String> unsupported) {
        this.place = place;
        this.read = read;
        this.ignored = ignored;
        this.accepted = Stream.concat(read.stream(), ignored.stream()).toArray(String[]::new);
        this.unsupported = unsupported;
    }

    /** @param place name of the object in error messages */
    public static KnownFields of(String place, String... read) {
        return new KnownFields(place, List.of(read), List.of(), List.of());
    }

    /** Adds fields that clients send by themselves and that Cordon ignores. */
    public KnownFields ignoring(String... names) {
        return new KnownFields(place, read, List.of(names), unsupported);
    }

    /** Adds unsupported fields. */
    public KnownFields without(String... names) {
        return new KnownFields(place, read, ignored, List.of(names));
    }

    /** Returns a row of the table in docs/rejections.md: place, read fields, ignored fields, unsupported fields. */
    public String row() {
        return Stream.of(read, ignored, unsupported)
                .map(names -> String.join(", ", names))
                .collect(Collectors.joining(" | ", "| " + place + " | ", " |\n"))
                .replace("|  |", "| |");
    }

    /**
     * @throws InvalidJsonException if a field is unknown or unsupported; names the first such field and the nearest
     *     known one
     */
    public void check(JsonFields fields) {
        int count = fields.count();
        for (int i = 0; i < count; i++) {
            if (fields.indexOfName(i, accepted) < 0) {
                rejectUnlessEmpty(fields, i);
            }
        }
    }

    /** Returns the names of the fields that are read. */
    List<String> read() {
        return read;
    }

    /** Returns true if the field is read or ignored. */
    boolean accepts(String name) {
        return read.contains(name) || ignored.contains(name);
    }

    /** Returns true if the protocol defines the field and Cordon does not implement it. An empty one does no harm. */
    boolean lacks(String name) {
        return unsupported.contains(name);
    }

    /** Returns why a field that {@link #accepts} does not know is rejected. */
    String rejection(String name) {
        return lacks(name) ? name + " is not supported in " + place + ": leave it out" : unknown(name);
    }

    /**
     * Checks names without values, such as the parameters of a URL.
     *
     * @throws InvalidJsonException if a name is not a read field; names the first
     */
    public void checkNames(Iterable<String> names) {
        for (String name : names) {
            if (!read.contains(name)) {
                throw new InvalidJsonException(unknown(name));
            }
        }
    }

    private void rejectUnlessEmpty(JsonFields fields, int field) {
        String name = fields.name(field);
        if (!lacks(name) || !EMPTY_VALUES.contains(fields.text(field))) {
            throw new InvalidJsonException(rejection(name));
        }
    }

    private String unknown(String name) {
        return unknown(place + " has no field ", name, read);
    }

    /**
     * Returns a message about an unknown name, with the nearest known name or all known names.
     *
     * @param words beginning of the message, before the name
     */
    public static String unknown(String words, String name, List<String> known) {
        Optional<String> nearest = NearestName.of(name, known);
        return words
                + shown(name)
                + nearest.map(near -> ": did you mean " + near + "?")
                        .orElseGet(
                                () -> known.isEmpty() ? ": it takes none" : ": it takes " + String.join(", ", known));
    }

    /** Returns the name if it looks like the name of a field. No other text of a client comes back in a message. */
    private static String shown(String name) {
        return SHOWN.matcher(name).matches() ? name : "of such a name";
    }
}
