package dev.cordon.protocol.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON parser (RFC 8259) that records the byte offsets of fields in one pass. The source must be valid UTF-8. The
 * scanner checks every value, recorded or skipped: grammar, depth, length of numbers, duplicate names. Confined to one
 * thread.
 */
public final class JsonScanner {
    private final byte[] source;
    private final int to;
    private final DuplicateNames names;
    private int at;
    private int end;
    /**
     * True if the scanner passed a line break since {@link #next} began an object. Line breaks stand between tokens
     * only.
     */
    private boolean breaks;

    public JsonScanner(byte[] source, int from, int to) {
        this.source = source;
        this.at = from;
        this.to = to;
        this.names = new DuplicateNames(source);
    }

    /**
     * Reads the next object of the source. White space may separate objects.
     *
     * @param levels levels of nested objects to record in the same pass; deeper objects are parsed again when a caller
     *     asks for them
     * @return the object, or null at the end of the source
     * @throws InvalidJsonException if anything but a valid object follows
     */
    public @Nullable JsonFields next(int levels) {
        if (skipSpace() < 0) {
            return null;
        }
        breaks = false;
        return object(levels);
    }

    /**
     * Checks that the source is one value of any type, perhaps with white space around it.
     *
     * @param depth depth of the value, from 1; objects that it is to be put into count
     * @return offset of the value's first byte; {@link #end} is behind its last one
     * @throws InvalidJsonException if the source is anything else
     */
    public int only(int depth) {
        skipSpace();
        int from = at;
        value(depth);
        end = at;
        if (skipSpace() >= 0) {
            throw malformed();
        }
        return from;
    }

    /** Returns the offset behind the value of {@link #only}. */
    public int end() {
        return end;
    }

    /** Reads an object, which must follow. */
    JsonFields object(int levels) {
        if (skipSpace() != '{') {
            throw new InvalidJsonException("expected a JSON object");
        }
        return new JsonFields(recorded(1, levels));
    }

    /**
     * Moves to the first or next element of an array that the scanner has checked before. Returns false at the end of
     * the array.
     */
    boolean element() {
        if (skipSpace() == ']') {
            return false;
        }
        at++;
        return skipSpace() != ']';
    }

    /** Returns the offset of the next byte. */
    int at() {
        return at;
    }

    private FieldOffsets recorded(int depth, int levels) {
        FieldOffsets fields = new FieldOffsets(source);
        object(depth, fields, levels);
        return fields;
    }

    private void object(int depth, @Nullable FieldOffsets into, int levels) {
        if (depth > JsonFields.MAX_DEPTH) {
            throw malformed();
        }
        int opened = names.open();
        Map<String, Integer> many = null;
        int count = 0;
        at++;
        if (skipSpace() == '}') {
            at++;
            return;
        }
        do {
            skipSpace();
            int nameFrom = at + 1;
            boolean plain = string();
            int nameTo = plain ? at - 1 : ~(at - 1);
            many = names.add(opened, count++, nameFrom, nameTo, many);
            if (skipSpace() != ':') {
                throw malformed();
            }
            at++;
            int first = skipSpace();
            int from = at;
            FieldOffsets nested = null;
            if (first == '{' && into != null && levels > 0) {
                nested = recorded(depth + 1, levels - 1);
            } else {
                value(depth + 1);
            }
            if (into != null) {
                into.add(nameFrom, nameTo, from, at, nested);
            }
        } while (another('}'));
        names.close(opened);
        if (into != null) {
            into.complete(breaks, many);
        }
    }

    private void array(int depth) {
        if (depth > JsonFields.MAX_DEPTH) {
            throw malformed();
        }
        at++;
        if (skipSpace() == ']') {
            at++;
            return;
        }
        do {
            value(depth + 1);
        } while (another(']'));
    }

    /** Returns true if another value follows the value just read. */
    private boolean another(char end) {
        int c = skipSpace();
        at++;
        if (c != ',' && c != end) {
            throw malformed();
        }
        return c == ',';
    }

    private void value(int depth) {
        switch (skipSpace()) {
            case '"' -> string();
            case '{' -> object(depth, null, 0);
            case '[' -> array(depth);
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> at = JsonNumbers.end(source, at, to);
        }
    }

    private void literal(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (peek() != text.charAt(i)) {
                throw malformed();
            }
            at++;
        }
    }

    /**
     * Skips a string, which must follow. Returns true if the string is ASCII without escapes: its bytes are its text.
     */
    boolean string() {
        if (peek() != '"') {
            throw malformed();
        }
        boolean plain = true;
        int i = SwarScan.skipPlain(source, at + 1, to);
        while (i < to) {
            byte c = source[i++];
            if (c == '"') {
                at = i;
                return plain;
            }
            if (c == '\\') {
                plain = false;
                i = SwarScan.skipPlain(source, JsonStrings.escapeEnd(source, i, to), to);
            } else if (c < ' ') {
                if (c >= 0) {
                    throw malformed();
                }
                plain = false;
            }
        }
        throw malformed();
    }

    /** Skips white space. Returns the byte behind the white space, or -1 at the end. */
    private int skipSpace() {
        int c = peek();
        while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            breaks |= c == '\n' || c == '\r';
            at++;
            c = peek();
        }
        return c;
    }

    /** Returns the next byte, unsigned, or -1 at the end. */
    private int peek() {
        return at < to ? source[at] & 0xFF : -1;
    }

    static InvalidJsonException malformed() {
        return new InvalidJsonException("malformed or too deeply nested JSON");
    }
}
