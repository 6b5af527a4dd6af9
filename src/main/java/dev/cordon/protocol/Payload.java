package dev.cordon.protocol;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonScanner;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.protocol.json.SingleLine;
import dev.cordon.protocol.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The JSON value of a message, as the UTF-8 bytes that the publisher sent. Immutable. Line breaks between JSON tokens
 * become spaces, because a line break separates messages on the wire (docs/protocol.md, JSON). All other bytes reach
 * the subscriber unchanged.
 */
public final class Payload {
    /** The empty object. */
    public static final Payload EMPTY = json("{}");

    /** Depth of a payload in a command as JSON, such as {@code {"publish":{"data":…}}}. */
    private static final int DEPTH = 3;

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

    /** Returns the length in bytes. */
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
