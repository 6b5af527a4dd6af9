package dev.cordon.bench.load;

/** How a server's receivers come in, and how what reaches them names its owner (docs/protocol.md). */
enum Way {
    /** A WebSocket with text. The peers speak it too. */
    JSON,
    /** A WebSocket with the subprotocol {@code centrifuge-protobuf}. */
    PROTOBUF,
    UNI_SSE,
    UNI_HTTP_STREAM,
    SSE,
    HTTP_STREAM;

    private static final byte[] PUSH = Text.bytes("{\"push\":{\"channel\":\"#");
    private static final byte[] ONE_WAY_PUSH = Text.bytes("{\"channel\":\"#");

    /** Whether its receivers have a stream over HTTP. */
    boolean stream() {
        return this != JSON && this != PROTOBUF;
    }

    /** Whether its messages are Server-Sent Events. */
    boolean events() {
        return this == UNI_SSE || this == SSE;
    }

    /** Whether its receivers send nothing after their request. */
    boolean oneWay() {
        return this == UNI_SSE || this == UNI_HTTP_STREAM;
    }

    /** Bytes of a ping. No other message is as short. */
    int pingLength() {
        return this == PROTOBUF ? 0 : 2;
    }

    /** Where the owner stands in a push to a personal channel; -1 if the message is none. */
    int owner(byte[] buffer, int from, int to) {
        if (this == PROTOBUF) {
            return Protobuf.channel(buffer, from, to);
        }
        byte[] before = oneWay() ? ONE_WAY_PUSH : PUSH;
        return Text.startsWith(buffer, from, to, before) ? from + before.length : -1;
    }

    /** What must stand there if the push is this user's. */
    byte[] owner(String user) {
        return this == PROTOBUF ? Protobuf.text("#" + user) : Text.bytes(user + "\"");
    }
}
