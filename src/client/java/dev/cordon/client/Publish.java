package dev.cordon.client;

import java.util.Map;
import java.util.Optional;

/**
 * Publishes one message to one channel.
 *
 * @param channel {@code #user} or {@code topic#user}
 * @param data the message: one JSON value, as text
 * @param idempotencyKey at most 128 bytes of UTF-8; empty if the client shall make one. Give one if the message shall
 *     be stored once even though another call or another process repeats it. The node remembers a key for five minutes,
 *     for its channel
 * @param tags names and texts that go with the message, by which receivers tell messages apart
 */
public record Publish(String channel, String data, Optional<String> idempotencyKey, Map<String, String> tags)
        implements Command<PublishResult> {
    public Publish {
        tags = Map.copyOf(tags);
        Fields.key(idempotencyKey);
    }

    /** A publish without tags. */
    public Publish(String channel, String data, Optional<String> idempotencyKey) {
        this(channel, data, idempotencyKey, Map.of());
    }

    /** A publish with a key that the client makes. */
    public Publish(String channel, String data) {
        this(channel, data, Optional.empty());
    }

    /** Returns the same publish with this idempotency key. */
    public Publish withKey(String key) {
        return new Publish(channel, data, Optional.of(key), tags);
    }

    /** Returns the same publish with these tags. */
    public Publish withTags(Map<String, String> given) {
        return new Publish(channel, data, idempotencyKey, given);
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
