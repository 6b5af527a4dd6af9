package dev.cordon.log;

/**
 * What became of the publications that a log accepted: each is in exactly one of the others.
 *
 * @param accepted appended since the start
 * @param acknowledged by any session of the user, whether still retained or not; what is acknowledged stays so
 * @param pending retained and not acknowledged
 * @param expired left by age before anybody acknowledged it
 * @param evicted left for want of room (of the channel or of all) before anybody acknowledged it
 * @param removed left on request before anybody acknowledged it
 */
public record Ledger(long accepted, long acknowledged, long pending, long expired, long evicted, long removed) {
    public static final Ledger EMPTY = new Ledger(0, 0, 0, 0, 0, 0);

    /** Accepted publications that nothing accounts for; negative when one was counted twice. 0 in a log without a fault. */
    public long imbalance() {
        return accepted - acknowledged - pending - expired - evicted - removed;
    }

    public Ledger plus(Ledger other) {
        return new Ledger(
                accepted + other.accepted,
                acknowledged + other.acknowledged,
                pending + other.pending,
                expired + other.expired,
                evicted + other.evicted,
                removed + other.removed);
    }

    /** With what was accepted counted elsewhere, where that is more. */
    Ledger acceptedAtLeast(long count) {
        return new Ledger(Math.max(accepted, count), acknowledged, pending, expired, evicted, removed);
    }
}
