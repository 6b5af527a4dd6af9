package dev.cordon.client;

/**
 * Sends one message, which no log keeps, to the connections that follow a channel now, in a cluster on all nodes. Not
 * repeatable: nothing would recognise the repetition.
 *
 * @param channel {@code #user} or {@code topic#user}
 * @param data the message: one JSON value, as text
 */
public record LivePublish(String channel, String data) implements Command<LivePublishResult> {
    @Override
    public boolean repeatable() {
        return false;
    }

    /** Shows neither the channel nor the data. */
    @Override
    public String toString() {
        return "LivePublish[" + data.length() + " characters]";
    }
}
