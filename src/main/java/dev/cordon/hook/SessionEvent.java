package dev.cordon.hook;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that has happened to a connection. Immutable.
 *
 * @param id names this event. An event that is told again has the same id
 * @param at when it happened, by this node's clock
 * @param channel of {@link Kind#SUBSCRIBED}, {@link Kind#UNSUBSCRIBED} and {@link Kind#ACKNOWLEDGED_ALL}, else empty
 * @param why of {@link Kind#DISCONNECTED}, else empty
 */
public record SessionEvent(
        String id, Instant at, Kind kind, HookClient client, Optional<Channel> channel, Optional<Disconnect> why) {
    /** The kinds of events. */
    public enum Kind {
        /** The client has been accepted. */
        CONNECTED,
        /** The connection has ended, for whatever reason. Follows each {@link #CONNECTED}, once. */
        DISCONNECTED,
        /** The client has subscribed to a channel beside its personal one. */
        SUBSCRIBED,
        /** The client has left a channel by itself. The end of the connection leaves all without this event. */
        UNSUBSCRIBED,
        /** The client's session has acknowledged the last message of a channel. */
        ACKNOWLEDGED_ALL
    }
}
