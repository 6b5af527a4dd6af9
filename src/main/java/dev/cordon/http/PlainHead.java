package dev.cordon.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A plain head: the head of an HTTP/1.1 request (RFC 9112 §2.1) without anything unusual. The parser is deliberately
 * stricter than the RFC. Any other head, well-formed or not, is left to the container's parser. Immutable.
 *
 * @param target the request target as it was sent
 * @param fields the requested fields, by their name in lower case
 * @param end length of the head in bytes, its empty line included
 */
public record PlainHead(String method, String target, Map<String, String> fields, int end) {
    /** Longest plain head in bytes. */
    public static final int MAX_BYTES = 4096;

    /** Most lines of a plain head. A container's settings say how many fields it accepts. */
    private static final int MAX_LINES = 50;

    /**
     * Fields that no plain head has, whichever request it is. They mark the end of a request otherwise than by its
     * length, or demand an answer before its end.
     */
    private static final Set<String> NEVER_PLAIN =
            Set.of("transfer-encoding", "expect", "te", "trailer", "http2-settings");

    private static final int UNFINISHED = -1;
    private static final int NONE = -2;

    public PlainHead {
        fields = Map.copyOf(fields);
    }

    /**
     * Parses the head at the start of the bytes. Empty if the head is not complete or not plain.
     *
     * @param once names, in lower case, of the fields to read; none of them may come twice
     * @param unusual names, in lower case, of further fields that leave a request of this kind to the container
     */
    public static Optional<PlainHead> read(byte[] bytes, int length, Set<String> once, Set<String> unusual) {
        int end = end(bytes, length);
        if (end < 0) {
            return Optional.empty();
        }
        String[] lines = new String(bytes, 0, end - 4, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3 || !first[2].equals("HTTP/1.1") || lines.length > MAX_LINES) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            if (!take(lines[i], fields, once, unusual)) {
                return Optional.empty();
            }
        }
        return Optional.of(new PlainHead(first[0], first[1], fields, end));
    }

    /** The value of a requested field; empty if the request lacks the field. */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** Stores the line's field if it was requested. Returns false if the line leaves the request to the container. */
    private static boolean take(String line, Map<String, String> fields, Set<String> once, Set<String> unusual) {
        int colon = line.indexOf(':');
        if (!Ascii.token(line, colon)) {
            return false;
        }
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        if (NEVER_PLAIN.contains(name) || unusual.contains(name)) {
            return false;
        }
        return !once.contains(name)
                || fields.put(name, line.substring(colon + 1).trim()) == null;
    }

    /** Whether the bytes are an incomplete head that may still become a plain one. */
    static boolean begun(byte[] bytes, int length) {
        return length < MAX_BYTES && end(bytes, length) == UNFINISHED;
    }

    /**
     * Returns the position after the empty line, or {@link #UNFINISHED} if that line has not arrived. Returns {@link
     * #NONE} if a line does not end with CR LF or contains a byte other than printable ASCII.
     */
    private static int end(byte[] bytes, int length) {
        int most = Math.min(length, MAX_BYTES);
        for (int i = 0; i < most; i++) {
            byte b = bytes[i];
            if (b == '\r') {
                if (i + 1 < most && bytes[i + 1] != '\n') {
                    return NONE;
                }
                if (i + 3 < most && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                    return i + 4;
                }
                i++;
            } else if (b < ' ' || b > '~') {
                return NONE;
            }
        }
        return UNFINISHED;
    }
}
