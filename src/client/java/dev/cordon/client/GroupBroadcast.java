package dev.cordon.client;

import java.util.Map;
import java.util.Optional;

/**
 * Publishes one message to each user of a group, in a channel of the user's own. The node answers by an error (code {@link
 * GroupMembers#UNKNOWN}) if the group has none. A large group takes long: give the call a deadline, and the client an {@link
 * CordonClientBuilder#attemptTimeout}, that leave time for it.
 *
 * @param group name of the group
 * @param topic the channels are {@code topic#user}; empty: {@code #user}
 * @param data the message: one JSON value, as text
 * @param idempotencyKey as in {@link Publish}; it holds for each user, so a repetition reaches those who were not reached
 * @param tags as in {@link Publish}
 */
public record GroupBroadcast(
        String group, String topic, String data, Optional<String> idempotencyKey, Map<String, String> tags)
        implements Command<GroupBroadcastResult> {
    public GroupBroadcast {
        tags = Map.copyOf(tags);
        Fields.key(idempotencyKey);
    }

    /** A broadcast to {@code #user} of each user, with a key that the client makes. */
    public GroupBroadcast(String group, String data) {
        this(group, "", data, Optional.empty());
    }

    /** A broadcast without tags. */
    public GroupBroadcast(String group, String topic, String data, Optional<String> idempotencyKey) {
        this(group, topic, data, idempotencyKey, Map.of());
    }

    /** Returns the same broadcast with these tags. */
    public GroupBroadcast withTags(Map<String, String> given) {
        return new GroupBroadcast(group, topic, data, idempotencyKey, given);
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Shows neither the group nor the data. */
    @Override
    public String toString() {
        return "GroupBroadcast[" + data.length() + " characters]";
    }
}
