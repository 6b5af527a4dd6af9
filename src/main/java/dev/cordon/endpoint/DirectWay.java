package dev.cordon.endpoint;

/** A way past the container, which {@code cordon.transport=auto} takes, and {@code cordon.without} can leave out. */
public enum DirectWay {
    /** Handshakes on a known route are answered in front of the container (ADR 0006). */
    DIRECT_HANDSHAKES,
    /** Plain publishes over HTTP on a known route are answered in front of the container (ADR 0010). */
    DIRECT_PUBLISHES,
    /** Short reads are handled by the thread that saw the bytes arrive (ADR 0008). */
    READS_IN_PLACE,
    /** Streams over HTTP are answered past the container, once it has led their request here (ADR 0041). */
    DIRECT_STREAMS
}
