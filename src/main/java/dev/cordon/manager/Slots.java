package dev.cordon.manager;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The slots of users' sessions in the whole cluster. A user never has more than {@link Limits#maxManagersPerUser()} of
 * them, whatever races. A session has one slot, whatever the number of its connections and of the nodes that they are
 * on. Thread-safe; no call waits.
 */
public interface Slots {
    /** Time without a heartbeat after which a node may be dead. Longer than between two heartbeats of a node that lives. */
    Duration OVERDUE = Duration.ofSeconds(3);

    /** The slots of a node that is alone. All are granted at once, because {@link UserManagers} counts them. */
    Slots ALONE = new Slots() {
        @Override
        public void claim(ManagerKey key, ConnectionId connection, Consumer<SlotClaim> then) {
            then.accept(SlotClaim.GRANTED);
        }

        @Override
        public boolean holds(ManagerKey key, ConnectionId connection) {
            return true;
        }

        @Override
        public void release(ManagerKey key, ConnectionId connection) {}

        @Override
        public void probe(UserId user) {}

        @Override
        public void evict(ManagerKey key) {}
    };

    /**
     * Claims the session's slot for one of its connections. A granted slot must be {@linkplain #release released} for
     * that connection.
     *
     * @param then gets the answer once, on this thread or later on another one; must neither wait nor throw
     */
    void claim(ManagerKey key, ConnectionId connection, Consumer<SlotClaim> then);

    /**
     * Whether a slot that was granted to a connection is still held for it. A node that the others took for dead loses
     * its slots.
     */
    boolean holds(ManagerKey key, ConnectionId connection);

    /** Releases the slot, if no other connection of the session holds it. Does nothing when it is not held. */
    void release(ManagerKey key, ConnectionId connection);

    /** Asks the other nodes to probe the user's connections, so that dead ones release their slots. Best effort. */
    void probe(UserId user);

    /** Asks the other nodes to end the session's connections with 3504, so that they release its slot. Best effort. */
    void evict(ManagerKey key);
}
