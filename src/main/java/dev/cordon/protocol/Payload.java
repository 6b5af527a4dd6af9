package dev.cordon.protocol;

import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonText;
import dev.cordon.protocol.json.SingleLine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The publisher's JSON value, as UTF-8 bytes that nothing re-encodes. Immutable. Line breaks between JSON tokens become spaces,
 * because a line break separates messages on the wire (docs/protocol.md, JSON); every other byte is delivered as it came.
 */
public final class Payload {
    /** The empty object. */
    public static final Payload EMPTY = json("{}");

    private final byte[] utf8;

    private Payload(byte[] utf8) {
        this.utf8 = utf8;
    }

    /** Copies a range that the caller knows to be one valid JSON value in UTF-8 (a reader has just parsed it). */
    public static Payload copyOf(byte[] source, int from, int to) {
        return new Payload(SingleLine.copyOf(source, from, to));
    }

    /** Returns the value of a field, of any type, also null; empty if the object lacks the field. */
    public static Optional<Payload> of(JsonFields fields, String name) {
        return fields.given(name) ? Optional.of(new Payload(fields.raw(name))) : Optional.empty();
    }

    /** A payload from JSON text that the caller knows to be valid. */
    public static Payload json(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return copyOf(bytes, 0, bytes.length);
    }

    /** Length in bytes. */
    public int size() {
        return utf8.length;
    }

    /** Copies {@code length} of the bytes, from {@code from} on, into an array that has room for them at {@code at}. */
    public void copyTo(byte[] destination, int at, int from, int length) {
        System.arraycopy(utf8, from, destination, at, length);
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return utf8.clone();
    }

    /** Appends the value to a JSON text. */
    public JsonText appendTo(JsonText text) {
        return text.raw(utf8);
    }

    /** The bytes themselves, for writers of this package; never modified. */
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

    /** The size only: bodies never reach a log file (docs/security.md, What the log holds). */
    @Override
    public String toString() {
        return "Payload[" + utf8.length + " bytes]";
    }

    /** The JSON text. */
    public String text() {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
