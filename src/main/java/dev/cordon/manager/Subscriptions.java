package dev.cordon.manager;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one connection is subscribed to. The personal channel, which every connection has and most have alone, stands by itself: it is
 * found without a look-up, and no map is made for it. Guarded by its connection.
 */
final class Subscriptions {
    /** Whose personal channel; null unless subscribed to it. */
    private @Nullable UserId owner;

    private @Nullable Subscription ofPersonal;
    private @Nullable Map<Channel, Subscription> topics;

    @Nullable
    Subscription get(Channel channel) {
        if (channel.personal()) {
            return channel.owner().equals(owner) ? ofPersonal : null;
        }
        return topics == null ? null : topics.get(channel);
    }

    boolean contains(Channel channel) {
        return get(channel) != null;
    }

    /** Adds one that is not there. All personal channels of a connection are the same: its user's. */
    void add(Channel channel) {
        if (channel.personal()) {
            owner = channel.owner();
            ofPersonal = new Subscription();
            return;
        }
        Map<Channel, Subscription> present = topics;
        if (present == null) {
            present = new HashMap<>(2);
            topics = present;
        }
        present.put(channel, new Subscription());
    }

    /** False when it was not there. */
    boolean remove(Channel channel) {
        if (!contains(channel)) {
            return false;
        }
        if (channel.personal()) {
            ofPersonal = null;
            owner = null;
        } else if (topics != null) {
            topics.remove(channel);
        }
        return true;
    }

    int size() {
        return (ofPersonal == null ? 0 : 1) + (topics == null ? 0 : topics.size());
    }

    void clear() {
        ofPersonal = null;
        owner = null;
        topics = null;
    }

    void forEach(BiConsumer<Channel, Subscription> each) {
        if (owner != null && ofPersonal != null) {
            each.accept(Channel.personal(owner), ofPersonal);
        }
        if (topics != null) {
            topics.forEach(each);
        }
    }
}
