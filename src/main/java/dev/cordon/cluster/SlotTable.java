package dev.cordon.cluster;

import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.ManagerKey;
import dev.cordon.manager.SlotClaim;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.List;

/**
 * The table of slots that the nodes share, for {@link TableSlots}. A slot counts while its member is in the directory. A
 * member is a node from its entry into the directory to its removal. Thread-safe; calls wait.
 *
 * <p>Each method may throw {@link dev.cordon.log.LogUnavailableException}.
 */
public interface SlotTable extends AutoCloseable {
    /** The number of a node that is not in the directory. */
    long NO_MEMBER = 0;

    /** @param age time since the session has its slot, or wants it */
    record Claim(ManagerKey key, Duration age) {}

    /**
     * @param claims the answers, in the order of the claims
     * @param freed number of slots of dead members that were removed
     */
    record Answers(List<SlotClaim> claims, int freed) {}

    /**
     * Runs a task on a thread that may wait.
     *
     * @throws dev.cordon.log.LogUnavailableException if no thread is free; the task is not run then
     */
    void execute(Runnable task);

    /** Whether the table cannot be used now. Does not wait. */
    boolean lost();

    /** The number of this node's membership, or {@link #NO_MEMBER}. Another number means that its slots may be gone. */
    long member();

    /**
     * Releases and claims slots of this node.
     *
     * @param member number of its membership
     * @param max most sessions of a user
     */
    Answers change(long member, int max, List<ManagerKey> releases, List<Claim> claims);

    /**
     * Removes slots of members that have left.
     *
     * @param most number of slots after which it ends
     * @return the number of slots removed; from {@code most} on there may be more
     */
    int removeLeft(int most);

    /** The sessions that have a slot on this member. */
    List<ManagerKey> of(long member);

    /** Passes an order on to the other nodes. */
    void send(DisconnectOrder order);

    /** Asks the other nodes to probe the connections of users, whom it names by hashes. */
    void probe(List<UserId> users);

    /** Releases what it has beside the log. The tasks that it has taken are still run. */
    @Override
    default void close() {}
}
