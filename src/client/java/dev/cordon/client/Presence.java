package dev.cordon.client;

/**
 * Asks for the connections of a channel's owner that are subscribed to the channel, in a cluster on all nodes.
 *
 * @param channel {@code #user} or {@code topic#user}
 */
public record Presence(String channel) implements Command<PresenceResult> {
    @Override
    public boolean repeatable() {
        return true;
    }

    /** Does not show the channel. */
    @Override
    public String toString() {
        return "Presence";
    }
}
