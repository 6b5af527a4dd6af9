package dev.cordon.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A plain POST: a request with a {@code Content-Length} on a persistent connection (RFC 9112 §6.2, §9.3), without
 * anything unusual. Immutable.
 *
 * @param length length of the body in bytes
 */
public record PlainPost(PlainHead head, int length) {
    /** Fields on which the answer or the end of the request may depend. */
    private static final Set<String> ONCE = Set.of(
            "host",
            "connection",
            "content-length",
            "content-type",
            "x-api-key",
            "authorization",
            "x-centrifugo-error-mode");

    /** Fields that leave the body, the answer or the end of the connection to the container. */
    private static final Set<String> UNUSUAL = Set.of("upgrade", "content-encoding", "keep-alive", "proxy-connection");

    private static final byte[] START = "POST /".getBytes(StandardCharsets.US_ASCII);

    /** A length without a leading zero or a sign, of at most seven digits, so that it cannot overflow. */
    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,6}");

    /**
     * Parses the request at the start of the bytes, without its body. Empty if they lack the complete head of a plain
     * POST.
     */
    public static Optional<PlainPost> read(byte[] bytes, int length) {
        return PlainHead.read(bytes, length, ONCE, UNUSUAL)
                .filter(head -> head.method().equals("POST")
                        && head.fields().containsKey("host")
                        && head.field("connection").orElse("keep-alive").equalsIgnoreCase("keep-alive")
                        && LENGTH.matcher(head.field("content-length").orElse(""))
                                .matches())
                .map(head -> new PlainPost(head, Integer.parseInt(head.fields().get("content-length"))));
    }

    /**
     * Whether the bytes, fewer than {@link PlainHead#MAX_BYTES}, are the start of a head that may still become a plain
     * POST's.
     */
    public static boolean begun(byte[] bytes, int length) {
        int most = Math.min(length, START.length);
        return Arrays.equals(bytes, 0, most, START, 0, most) && PlainHead.begun(bytes, length);
    }

    public String host() {
        return head.field("host").orElse("");
    }

    /** The path up to and including its last slash. */
    public String base() {
        return head.target().substring(0, head.target().lastIndexOf('/') + 1);
    }

    /** Everything after the last slash, whatever it is. */
    public String name() {
        return head.target().substring(head.target().lastIndexOf('/') + 1);
    }

    /** Bytes of head and body. */
    public int size() {
        return head.end() + length;
    }
}
