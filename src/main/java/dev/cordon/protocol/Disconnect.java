package dev.cordon.protocol;

import java.nio.charset.StandardCharsets;

/**
 * A close code with its reason; the constants are the table of close codes (docs/protocol.md, Close codes). Clients
 * reconnect after the codes 3000–3499 and 4000–4499. The codes 3500–3999 and 4500–4999 are final.
 *
 * @param code 3000–4999
 * @param reason 1–123 bytes of UTF-8; after an empty reason the browser SDK reconnects even if the code is final
 */
public record Disconnect(int code, String reason) {
    /** Longest reason, in bytes of UTF-8: the room in a close frame. */
    public static final int MAX_REASON_BYTES = 123;

    public static final Disconnect NORMAL = new Disconnect(3000, "connection closed by client");
    public static final Disconnect SHUTDOWN = new Disconnect(3001, "shutdown");
    public static final Disconnect EXPIRED = new Disconnect(3005, "connection expired");
    public static final Disconnect SLOW = new Disconnect(3008, "slow");
    public static final Disconnect INSUFFICIENT_STATE = new Disconnect(3010, "insufficient state");
    public static final Disconnect FORCE_RECONNECT = new Disconnect(3011, "force reconnect");
    public static final Disconnect NO_PONG = new Disconnect(3012, "no pong");
    public static final Disconnect TOO_MANY_REQUESTS = new Disconnect(3013, "too many requests");
    public static final Disconnect INVALID_TOKEN = new Disconnect(3500, "invalid token");
    public static final Disconnect BAD_REQUEST = new Disconnect(3501, "bad request");
    public static final Disconnect STALE =
            new Disconnect(3502, "stale: no connect was accepted in time; send connect with a token first");
    public static final Disconnect FORCE_NO_RECONNECT = new Disconnect(3503, "force disconnect");
    public static final Disconnect CONNECTION_LIMIT = new Disconnect(3504, "connection limit");
    public static final Disconnect PERMISSION_DENIED = new Disconnect(3507, "permission denied");

    /** @throws IllegalArgumentException if the code is out of range or the reason is empty or too long */
    public Disconnect {
        if (code < 3000 || code > 4999) {
            throw new IllegalArgumentException("close code must be 3000-4999");
        }
        if (reason.isBlank() || reason.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
            throw new IllegalArgumentException("close reason must be 1-123 bytes");
        }
    }

    /**
     * Returns the same code with a longer reason, cut at {@value #MAX_REASON_BYTES} bytes.
     *
     * @param why appended to the reason; characters other than ASCII become question marks
     */
    public Disconnect because(String why) {
        String all = reason + ": " + why.replaceAll("[^\\x20-\\x7e]", "?");
        return new Disconnect(code, all.substring(0, Math.min(all.length(), MAX_REASON_BYTES)));
    }

    /** Returns true if clients do not reconnect after this code. */
    public boolean isFinal() {
        return code % 1000 >= 500;
    }
}
