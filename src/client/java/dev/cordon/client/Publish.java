package dev.cordon.client;

import java.util.Optional;

/**
 * Publishes one message to one channel.
 *
 * @param channel {@code #user} or {@code topic#user}
 * @param data the message: one JSON value, as text
 * @param idempotencyKey at most 128 bytes of UTF-8; empty if the client shall make one. Give one if the message shall
 *     be stored once even though another call or another process repeats it. The node remembers a key for five minutes,
 *     for its channel
 */
public record Publish(String channel, String data, Optional<String> idempotencyKey) implements Command<PublishResult> {
    public Publish {
        Fields.key(idempotencyKey);
    }

    /** A publish with a key that the client makes. */
    public Publish(String channel, String data) {
        this(channel, data, Optional.empty());
    }

    /** Returns the same publish with this idempotency key. */
    public Publish withKey(String key) {
        return new Publish(channel, data, Optional.of(key));
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Shows neither the channel nor the data. */
    @Override
    public String toString() {
        return "Publish[" + data.length() + " characters]";
    }
}
