package dev.cordon.client;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Publishes one message to many channels. Each channel succeeds or fails alone.
 *
 * @param channels 1 to 1,000 channels
 * @param data the message: one JSON value, as text
 * @param idempotencyKey as in {@link Publish}; it holds for each channel
 * @param tags as in {@link Publish}
 */
public record Broadcast(List<String> channels, String data, Optional<String> idempotencyKey, Map<String, String> tags)
        implements Command<BroadcastResult> {
    /** Most channels of one broadcast. */
    public static final int MAX_CHANNELS = 1_000;

    public Broadcast {
        channels = List.copyOf(channels);
        tags = Map.copyOf(tags);
        Fields.key(idempotencyKey);
        if (channels.isEmpty() || channels.size() > MAX_CHANNELS) {
            throw new IllegalArgumentException(
                    "a broadcast has " + channels.size() + " channels: give 1 to " + MAX_CHANNELS);
        }
    }

    /** A broadcast with a key that the client makes. */
    public Broadcast(Collection<String> channels, String data) {
        this(List.copyOf(channels), data, Optional.empty());
    }

    /** A broadcast without tags. */
    public Broadcast(List<String> channels, String data, Optional<String> idempotencyKey) {
        this(channels, data, idempotencyKey, Map.of());
    }

    /** Returns the same broadcast with these tags. */
    public Broadcast withTags(Map<String, String> given) {
        return new Broadcast(channels, data, idempotencyKey, given);
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Shows neither the channels nor the data. */
    @Override
    public String toString() {
        return "Broadcast[" + channels.size() + " channels, " + data.length() + " characters]";
    }
}
