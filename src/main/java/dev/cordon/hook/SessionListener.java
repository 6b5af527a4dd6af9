package dev.cordon.hook;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;

/**
 * An application's ear for what becomes of its users' connections. Implement it as a CDI bean and override what it wants
 * to hear. A user's events come one at a time, in order, soon after they happened; delivery does not wait for them.
 * Threads and deadline as for {@link ConnectPolicy}. A thrown exception is one log line, and the event is given up; after
 * an {@link UnavailableException} it is told again later, with the same id. Implementations must be thread-safe.
 */
public interface SessionListener {
    default void connected(SessionEvent event) {}

    /** @param why code and reason of the end */
    default void disconnected(SessionEvent event, Disconnect why) {}

    default void subscribed(SessionEvent event, Channel channel) {}

    default void unsubscribed(SessionEvent event, Channel channel) {}

    /** The session has acknowledged the last message of a channel. */
    default void acknowledgedAll(SessionEvent event, Channel channel) {}
}
