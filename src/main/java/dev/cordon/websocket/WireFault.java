package dev.cordon.websocket;

/** A peer's violation of the protocol, with the close code that answers it (RFC 6455 §7.4.1). */
public enum WireFault {
    /** A frame that breaks the framing rules. */
    PROTOCOL(1002, "protocol error"),
    /** A text that is not valid UTF-8. */
    BAD_TEXT(1007, "text is not UTF-8"),
    /** A compressed message that is damaged or cut short. */
    BAD_COMPRESSION(1007, "compressed message is damaged"),
    /** More control frames than any client needs. */
    FLOOD(1008, "too many control frames"),
    /**
     * A message over {@link FrameDecoder#MAX_MESSAGE_BYTES}, or in more than {@link FrameDecoder#MAX_FRAGMENTS} pieces.
     */
    TOO_BIG(1009, "message too big"),
    /** A message over {@link FrameDecoder#MAX_STRANGERS_BYTES} before the connect command was accepted. */
    TOO_EARLY(1009, "message over 16 KiB before the connection is accepted"),
    /** A binary frame on a connection of text. */
    BINARY(3501, "bad request: binary frame; offer the subprotocol centrifuge-protobuf to speak Protobuf"),
    /** A text frame on a binary connection. */
    TEXT(3501, "bad request: text frame; this connection speaks Protobuf, in binary frames");

    private final int code;
    private final String reason;

    WireFault(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }
}
