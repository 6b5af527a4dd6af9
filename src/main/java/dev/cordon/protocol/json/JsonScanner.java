package dev.cordon.protocol.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) in one pass over its bytes, which are known to be UTF-8, and notes where the fields of objects lie. What it
 * passes over is checked as strictly as what it notes: grammar, depth, length of numbers, no name twice in one object. Confined to
 * one thread.
 */
public final class JsonScanner {
    private final byte[] source;
    private final int to;
    private final OpenNames names;
    private int at;
    /** Whether there was a line break, which can only stand between tokens, in the object that {@link #next} began, or before. */
    private boolean breaks;

    public JsonScanner(byte[] source, int from, int to) {
        this.source = source;
        this.at = from;
        this.to = to;
        this.names = new OpenNames(source);
    }

    /**
     * The next of the objects that white space may separate; null at the end.
     *
     * @param along levels of objects within it whose fields are noted on the way, instead of when they are asked for
     */
    public @Nullable JsonFields next(int along) {
        if (space() < 0) {
            return null;
        }
        breaks = false;
        return object(along);
    }

    /** An object, which must come next. */
    JsonFields object(int along) {
        if (space() != '{') {
            throw new InvalidJsonException("expected a JSON object");
        }
        return new JsonFields(noted(1, along));
    }

    /** In an array that was read before: goes to its first or next element. False at its end. */
    boolean element() {
        if (space() == ']') {
            return false;
        }
        at++;
        return space() != ']';
    }

    /** Where the next byte is read. */
    int at() {
        return at;
    }

    private FieldPlaces noted(int depth, int along) {
        FieldPlaces fields = new FieldPlaces(source);
        object(depth, fields, along);
        return fields;
    }

    private void object(int depth, @Nullable FieldPlaces into, int along) {
        if (depth > JsonFields.MAX_DEPTH) {
            throw malformed();
        }
        int opened = names.open();
        Map<String, Integer> many = null;
        int count = 0;
        at++;
        if (space() == '}') {
            at++;
            return;
        }
        do {
            space();
            int nameFrom = at + 1;
            boolean plain = string();
            int nameTo = plain ? at - 1 : ~(at - 1);
            many = names.add(opened, count++, nameFrom, nameTo, many);
            if (space() != ':') {
                throw malformed();
            }
            at++;
            int first = space();
            int from = at;
            FieldPlaces within = null;
            if (first == '{' && into != null && along > 0) {
                within = noted(depth + 1, along - 1);
            } else {
                value(depth + 1);
            }
            if (into != null) {
                into.add(nameFrom, nameTo, from, at, within);
            }
        } while (goesOn('}'));
        names.close(opened);
        if (into != null) {
            into.end(breaks, many);
        }
    }

    private void array(int depth) {
        if (depth > JsonFields.MAX_DEPTH) {
            throw malformed();
        }
        at++;
        if (space() == ']') {
            at++;
            return;
        }
        do {
            value(depth + 1);
        } while (goesOn(']'));
    }

    /** Behind a value: whether another follows. */
    private boolean goesOn(char end) {
        int c = space();
        at++;
        if (c != ',' && c != end) {
            throw malformed();
        }
        return c == ',';
    }

    private void value(int depth) {
        switch (space()) {
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

    /** Passes over a string, which must come next. True when it is ASCII without an escape: its bytes are what it says. */
    boolean string() {
        if (peek() != '"') {
            throw malformed();
        }
        boolean plain = true;
        int i = Words.plain(source, at + 1, to);
        while (i < to) {
            byte c = source[i++];
            if (c == '"') {
                at = i;
                return plain;
            }
            if (c == '\\') {
                plain = false;
                i = Words.plain(source, JsonStrings.escapeEnd(source, i, to), to);
            } else if (c < ' ') {
                if (c >= 0) {
                    throw malformed();
                }
                plain = false;
            }
        }
        throw malformed();
    }

    /** Passes over white space; the byte behind it, or -1 at the end. */
    private int space() {
        int c = peek();
        while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            breaks |= c == '\n' || c == '\r';
            at++;
            c = peek();
        }
        return c;
    }

    /** The byte that comes next, unsigned; -1 at the end. */
    private int peek() {
        return at < to ? source[at] & 0xFF : -1;
    }

    static InvalidJsonException malformed() {
        return new InvalidJsonException("malformed or too deeply nested JSON");
    }
}
