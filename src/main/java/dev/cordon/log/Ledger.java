package dev.cordon.log;

/**
 * The account of the publications that a log accepted. Each accepted publication is in exactly one of the other
 * figures.
 *
 * @param accepted appended since the start
 * @param acknowledged acknowledged by any session of the user, whether still retained or not; a publication stays
 *     acknowledged
 * @param pending retained and not acknowledged
 * @param expired dropped by age before any session acknowledged them
 * @param evicted dropped for lack of room (of the channel or of the log) before any session acknowledged them
 * @param removed removed on request before any session acknowledged them
 */
public record Ledger(long accepted, long acknowledged, long pending, long expired, long evicted, long removed) {
    public static final Ledger EMPTY = new Ledger(0, 0, 0, 0, 0, 0);

    /**
     * The accepted publications that no figure accounts for. Negative when one was counted twice; 0 without a fault.
     */
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

    /** Raises {@code accepted} to a count kept elsewhere, if that is larger. */
    Ledger acceptedAtLeast(long count) {
        return new Ledger(Math.max(accepted, count), acknowledged, pending, expired, evicted, removed);
    }
}
