package dev.cordon.manager;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one connection. Every connection has its personal channel, and most have no other. So that one
 * is a field, which needs no look-up. Guarded by the lock of its {@link Subscriber}.
 */
final class Subscriptions {
    /** The owner of the personal channel. Null unless subscribed to it. */
    private @Nullable UserId owner;

    private Subscription personal = new Subscription();
    private @Nullable Map<Channel, Subscription> topics;

    @Nullable
    Subscription get(Channel channel) {
        if (channel.personal()) {
            return channel.owner().equals(owner) ? personal : null;
        }
        return topics == null ? null : topics.get(channel);
    }

    boolean contains(Channel channel) {
        return get(channel) != null;
    }

    /** Adds a subscription, which must not exist yet. A connection has one personal channel, its user's. */
    void add(Channel channel) {
        if (channel.personal()) {
            owner = channel.owner();
            personal = new Subscription();
            return;
        }
        Map<Channel, Subscription> present = topics;
        if (present == null) {
            present = new HashMap<>(2);
            topics = present;
        }
        present.put(channel, new Subscription());
    }

    /** Removes a subscription. Returns false when there was none. */
    boolean remove(Channel channel) {
        if (!contains(channel)) {
            return false;
        }
        if (channel.personal()) {
            owner = null;
        } else if (topics != null) {
            topics.remove(channel);
        }
        return true;
    }

    int size() {
        return (owner == null ? 0 : 1) + (topics == null ? 0 : topics.size());
    }

    void clear() {
        owner = null;
        topics = null;
    }

    void forEach(BiConsumer<Channel, Subscription> each) {
        if (owner != null) {
            each.accept(Channel.personal(owner), personal);
        }
        if (topics != null) {
            topics.forEach(each);
        }
    }
}
