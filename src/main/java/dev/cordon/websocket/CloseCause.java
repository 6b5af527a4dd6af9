package dev.cordon.websocket;

/** The cause for which a {@link WebSocketConnection} ends by itself. */
public enum CloseCause {
    /** The peer sent a close frame, or the connection was lost. */
    PEER,
    /** The peer broke the protocol ({@link WireFault}). */
    FAULT,
    /** Partly received messages filled their share of the heap, and this connection's was among the largest. */
    NO_ROOM,
    /** A message did not arrive completely in time. */
    UNFINISHED
}
