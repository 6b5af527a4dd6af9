package dev.cordon.protocol;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonScanner;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.protocol.json.SingleLine;
import dev.cordon.protocol.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON value of a message, as the UTF-8 bytes that the publisher sent. Immutable. Line breaks between JSON tokens
 * become spaces, because a line break separates messages on the wire (docs/protocol.md, JSON). All other bytes reach
 * the subscriber unchanged.
 *
 * <p>A message may have tags, and may be opaque bytes. Then the payload has the bytes that follow {@code "data":} in a
 * publication as JSON, such as {@code "aGk=","tags":{"kind":"icon"}}, and one to three spaces. Their number tells the form: one
 * for tags, two for opaque bytes. A JSON value alone never ends with a space. So logs and JSON frames need not know of
 * the forms (ADR 0040).
 */
public final class Payload {
    /** The empty object. */
    public static final Payload EMPTY = json("{}");

    /** Depth of a payload in a command as JSON, such as {@code {"publish":{"data":…}}}. */
    private static final int DEPTH = 3;

    private static final String TAGS = ",\"tags\":";

    /** Spaces at the end of a payload with tags. */
    private static final int TAGGED = 1;

    /** Spaces at the end of a payload of opaque bytes, beside those for tags. */
    private static final int OPAQUE = 2;

    private final byte[] utf8;

    private Payload(byte[] utf8) {
        this.utf8 = utf8;
    }

    /** Copies a range that the caller knows to be one valid JSON value in UTF-8. */
    public static Payload copyOf(byte[] source, int from, int to) {
        return new Payload(SingleLine.copyOf(source, from, to));
    }

    /** Returns the value of a field, of any type, also null; empty if the object lacks the field. */
    public static Optional<Payload> of(JsonFields fields, String name) {
        return fields.given(name) ? Optional.of(new Payload(fields.raw(name))) : Optional.empty();
    }

    /** Makes a payload of bytes that need not be JSON. Clients that receive JSON get a string: the bytes in base64. */
    public static Payload opaque(byte[] bytes) {
        return json("\"" + Base64.getEncoder().encodeToString(bytes) + "\"" + " ".repeat(OPAQUE));
    }

    /**
     * Returns this message with tags.
     *
     * @param tags a JSON object whose values are strings; without names, nothing is added
     * @throws InvalidJsonException if a value is not a string
     * @throws IllegalStateException if the message has tags
     */
    public Payload tagged(JsonFields tags) {
        if ((form() & TAGGED) != 0) {
            throw new IllegalStateException("has tags");
        }
        if (tags.count() == 0) {
            return this;
        }
        JsonWriter joined =
                new JsonWriter(utf8.length + 64).raw(text().stripTrailing()).raw(TAGS);
        String before = "{";
        for (String name : tags.names()) {
            joined.raw(before).quoted(name).raw(":").quoted(tag(tags, name));
            before = ",";
        }
        return json(joined.raw("}").asString() + " ".repeat(form() | TAGGED));
    }

    private static String tag(JsonFields tags, String name) {
        try {
            return tags.string(name).orElseThrow(() -> new InvalidJsonException("null"));
        } catch (InvalidJsonException e) {
            // Its message has the name, which is the publisher's text.
            throw new InvalidJsonException("tags must hold strings");
        }
    }

    /** Makes a payload from JSON text that the caller knows to be valid. */
    public static Payload json(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return copyOf(bytes, 0, bytes.length);
    }

    /**
     * Makes a payload of JSON text from outside, such as an application's answer.
     *
     * @throws dev.cordon.protocol.json.InvalidJsonException if the text is not one JSON value
     */
    public static Payload parse(String json) {
        byte[] wrapped = ("{\"data\":" + json + "}").getBytes(StandardCharsets.UTF_8);
        JsonScanner scanner = new JsonScanner(wrapped, 0, wrapped.length);
        JsonFields fields = scanner.next(1);
        if (fields == null || fields.count() != 1 || scanner.next(1) != null) {
            throw new InvalidJsonException("more than one JSON value");
        }
        return of(fields, "data").orElseThrow();
    }

    /**
     * Copies JSON from outside, such as the bytes of a Protobuf field.
     *
     * @throws dev.cordon.protocol.json.InvalidJsonException if the range is not one JSON value in UTF-8
     */
    public static Payload read(byte[] source, int from, int to) {
        if (Utf8.check(Utf8.BOUNDARY, source, from, to) != Utf8.BOUNDARY) {
            throw new InvalidJsonException("not UTF-8");
        }
        JsonScanner scanner = new JsonScanner(source, from, to);
        int start = scanner.only(DEPTH);
        return copyOf(source, start, scanner.end());
    }

    /** Returns true if the message is one JSON value without tags. */
    boolean plain() {
        return form() == 0;
    }

    /** Returns true if the publisher sent opaque bytes. */
    public boolean opaque() {
        return (form() & OPAQUE) != 0;
    }

    /** The number of spaces at the end. */
    private int form() {
        int spaces = 0;
        while (spaces < utf8.length && utf8[utf8.length - 1 - spaces] == ' ') {
            spaces++;
        }
        return spaces;
    }

    /** Returns the message without its tags: the bytes of the JSON value, or the opaque ones. */
    byte[] data() {
        if (plain()) {
            return utf8;
        }
        JsonFields fields = fields();
        return opaque() ? Base64.getDecoder().decode(fields.string("data", "")) : fields.raw("data");
    }

    /** Returns the tags; empty if there are none. */
    Map<String, String> tags() {
        if ((form() & TAGGED) == 0) {
            return Map.of();
        }
        JsonFields tags = fields().object("tags").orElseThrow();
        Map<String, String> each = new LinkedHashMap<>();
        tags.names().forEach(name -> each.put(name, tags.string(name, "")));
        return each;
    }

    private JsonFields fields() {
        return JsonFields.read(("{\"data\":" + text() + "}").getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the length in bytes, as the log keeps the message. */
    public int size() {
        return utf8.length;
    }

    /** Copies {@code length} bytes, from offset {@code from} on, to offset {@code at} of an array with enough room. */
    public void copyTo(byte[] destination, int at, int from, int length) {
        System.arraycopy(utf8, from, destination, at, length);
    }

    /** Returns a copy of the bytes. */
    public byte[] toByteArray() {
        return utf8.clone();
    }

    /** Appends the value to a JSON text. */
    public JsonWriter appendTo(JsonWriter writer) {
        return writer.raw(utf8);
    }

    /** Returns the bytes without a copy, for writers of this package, which must not change them. */
    byte[] bytes() {
        return utf8;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(utf8, that.utf8);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    /** Returns the size only: message bodies must not reach a log file (docs/security.md, What the log holds). */
    @Override
    public String toString() {
        return "Payload[" + utf8.length + " bytes]";
    }

    /** Returns the JSON text. */
    public String text() {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
