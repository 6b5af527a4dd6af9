package dev.cordon.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The head of an HTTP/1.1 request (RFC 9112 §2.1) when nothing about it is out of the ordinary. Deliberately stricter than the RFC: what
 * this does not take for one, well-formed or not, is left to the container's parser. Immutable.
 *
 * @param target as it was sent
 * @param fields those that were asked for, by their name in lower case
 * @param end where the head ends, its empty line included
 */
public record PlainHead(String method, String target, Map<String, String> fields, int end) {
    /** A head that is longer is none of the ordinary kind. */
    public static final int MAX_BYTES = 4096;

    /** With more fields it is none either: how many a container takes is a matter of its settings. */
    private static final int MAX_LINES = 50;

    /** Fields that tell otherwise than by a length where a request ends, or want an answer before it does, whichever request it is. */
    private static final Set<String> NEVER_PLAIN =
            Set.of("transfer-encoding", "expect", "te", "trailer", "http2-settings");

    private static final int UNFINISHED = -1;
    private static final int NONE = -2;

    public PlainHead {
        fields = Map.copyOf(fields);
    }

    /**
     * What is at the start of the bytes; empty when it is not a whole and plain head.
     *
     * @param once names, in lower case, of the fields that are looked at; none of them may come twice
     * @param unusual names, in lower case, of further fields with which a request of this kind is for the container
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

    /** The value of a field that was asked for; empty when the request has none. */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** Notes a field that matters; false when the line makes the request one for the container. */
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

    /** Whether the bytes are the first of what may still become a plain head. */
    static boolean begun(byte[] bytes, int length) {
        return length < MAX_BYTES && end(bytes, length) == UNFINISHED;
    }

    /**
     * Behind the empty line; {@link #UNFINISHED} when it is still to come; {@link #NONE} when a line ends otherwise than by CR LF, or holds
     * what is not printable ASCII.
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
