package dev.cordon.websocket;

/** Why a {@link WebSocketConnection} ends by itself. */
public enum CloseCause {
    /** The peer sent a close frame, or its line is gone. */
    PEER,
    /** The peer broke the rules ({@link WireFault}). */
    FAULT,
    /** Partly received messages took all their room, and this connection's was among the largest. */
    NO_ROOM,
    /** A message did not arrive completely in time. */
    UNFINISHED
}
