package dev.cordon.cluster;

import dev.cordon.manager.ManagerKey;
import dev.cordon.manager.Slots;
import java.util.function.Consumer;

/**
 * The slots of nodes that share a log. A slot is held as long as its node is in the directory. A node that was taken
 * for dead and comes back claims its slots again. Thread-safe.
 */
public interface SharedSlots extends Slots, AutoCloseable {
    /**
     * @param hearer gets each session of this node that has lost its slot and whose connections must end; must not wait
     *     or throw
     */
    void whenLost(Consumer<ManagerKey> hearer);

    /**
     * Due behind each heartbeat. Claims all slots again when this node is a new member of the directory, and repeats
     * what has failed. Every ten minutes it removes slots that nobody holds.
     *
     * @throws dev.cordon.log.LogUnavailableException if the slots cannot be reached
     */
    void turn();

    /** Releases what it has beside the log. What was released before is still carried out; later claims may fail. */
    @Override
    void close();
}
