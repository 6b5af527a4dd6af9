package dev.cordon.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A POST with a body of a length that was told, on a connection that stays (RFC 9112 §6.2, §9.3), when nothing about it is out of the
 * ordinary. Immutable.
 *
 * @param length of the body in bytes
 */
public record PlainPost(PlainHead head, int length) {
    /** Fields that an answer may depend on, or where the request ends. */
    private static final Set<String> ONCE = Set.of(
            "host",
            "connection",
            "content-length",
            "content-type",
            "x-api-key",
            "authorization",
            "x-centrifugo-error-mode");

    /** Fields with which the body, the answer or the end of the connection is the container's affair. */
    private static final Set<String> UNUSUAL = Set.of("upgrade", "content-encoding", "keep-alive", "proxy-connection");

    private static final byte[] START = "POST /".getBytes(StandardCharsets.US_ASCII);

    /** No leading zero, no sign, nothing that overflows. */
    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,6}");

    /** What is at the start of the bytes; empty when it is not the whole head of a plain POST. Of the body nothing need be there. */
    public static Optional<PlainPost> read(byte[] bytes, int length) {
        return PlainHead.read(bytes, length, ONCE, UNUSUAL)
                .filter(head -> head.method().equals("POST")
                        && head.fields().containsKey("host")
                        && head.field("connection").orElse("keep-alive").equalsIgnoreCase("keep-alive")
                        && LENGTH.matcher(head.field("content-length").orElse(""))
                                .matches())
                .map(head -> new PlainPost(head, Integer.parseInt(head.fields().get("content-length"))));
    }

    /** Whether the bytes are the first of what may still become one; no more than {@link PlainHead#MAX_BYTES} are. */
    public static boolean begun(byte[] bytes, int length) {
        int most = Math.min(length, START.length);
        return Arrays.equals(bytes, 0, most, START, 0, most) && PlainHead.begun(bytes, length);
    }

    public String host() {
        return head.field("host").orElse("");
    }

    /** The path up to its last slash, with it. */
    public String base() {
        return head.target().substring(0, head.target().lastIndexOf('/') + 1);
    }

    /** What is behind the last slash, whatever that is. */
    public String name() {
        return head.target().substring(head.target().lastIndexOf('/') + 1);
    }

    /** Bytes of head and body. */
    public int size() {
        return head.end() + length;
    }
}
