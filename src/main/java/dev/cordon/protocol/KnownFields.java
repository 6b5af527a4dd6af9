package dev.cordon.protocol;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields that one kind of object may have: what is read, what is deliberately ignored, and what the protocol knows and Cordon does
 * not carry out. A field of the last kind is refused when its value says something, because without it the command would mean something
 * else; libraries send some of them with values that say nothing. Every other field is refused by its name. Immutable.
 */
public final class KnownFields {
    private static final Pattern SHOWN = Pattern.compile("[A-Za-z0-9_.-]{1,40}");
    private static final List<String> NOTHING = List.of("null", "false", "0", "\"\"", "[]", "{}");

    private final String place;
    private final List<String> read;
    private final List<String> ignored;
    private final String[] taken;
    private final List<String> unsupported;

    private KnownFields(String place, List<String> read, List<String> ignored, List<String> unsupported) {
        this.place = place;
        this.read = read;
        this.ignored = ignored;
        this.taken = Stream.concat(read.stream(), ignored.stream()).toArray(String[]::new);
        this.unsupported = unsupported;
    }

    /** @param place how the object is called in the words of a refusal */
    public static KnownFields of(String place, String... read) {
        return new KnownFields(place, List.of(read), List.of(), List.of());
    }

    /** What clients send by themselves and nothing depends on. */
    public KnownFields ignoring(String... names) {
        return new KnownFields(place, read, List.of(names), unsupported);
    }

    public KnownFields without(String... names) {
        return new KnownFields(place, read, ignored, List.of(names));
    }

    /** A row of the documents: where, what is read, ignored and not carried out. */
    public String row() {
        return Stream.of(read, ignored, unsupported)
                .map(names -> String.join(", ", names))
                .collect(Collectors.joining(" | ", "| " + place + " | ", " |\n"))
                .replace("|  |", "| |");
    }

    /** @throws InvalidJsonException naming the first field that cannot be taken, with the nearest known one */
    public void check(JsonFields fields) {
        int count = fields.count();
        for (int i = 0; i < count; i++) {
            if (fields.indexOfName(i, taken) < 0) {
                refuseUnlessNothing(fields, i);
            }
        }
    }

    /**
     * The same for names without values, such as those of an address's parameters.
     *
     * @throws InvalidJsonException naming the first that is not read
     */
    public void checkNames(Iterable<String> names) {
        for (String name : names) {
            if (!read.contains(name)) {
                throw new InvalidJsonException(unknown(name));
            }
        }
    }

    private void refuseUnlessNothing(JsonFields fields, int field) {
        String name = fields.name(field);
        if (!unsupported.contains(name)) {
            throw new InvalidJsonException(unknown(name));
        }
        if (!NOTHING.contains(fields.text(field))) {
            throw new InvalidJsonException(name + " is not supported in " + place + ": leave it out");
        }
    }

    private String unknown(String name) {
        return unknown(place + " has no field ", name, read);
    }

    /**
     * Says that a name is not known, and which known one is nearest, or all of them.
     *
     * @param words what stands before the name
     */
    public static String unknown(String words, String name, List<String> known) {
        Optional<String> nearest = NearestName.of(name, known);
        return words
                + shown(name)
                + nearest.map(near -> ": did you mean " + near + "?")
                        .orElseGet(
                                () -> known.isEmpty() ? ": it takes none" : ": it takes " + String.join(", ", known));
    }

    /** What a client wrote comes back to it, and only what can be a field's name. */
    private static String shown(String name) {
        return SHOWN.matcher(name).matches() ? name : "of such a name";
    }
}
