package dev.cordon.log;

import java.util.Optional;

/**
 * The ledgers of a log compared with what it holds.
 *
 * @param channels looked at
 * @param imbalanced of them, those whose figures do not add up
 * @param total of all channels, forgotten ones included
 * @param first name of one that does not add up, for the log line
 */
public record Reconciliation(long channels, long imbalanced, Ledger total, Optional<String> first) {
    public static final Reconciliation NONE = new Reconciliation(0, 0, Ledger.EMPTY, Optional.empty());

    /** 0 when all adds up. Faults of two channels may cancel each other in the total, so it is never less than their number. */
    public long imbalance() {
        return Math.max(imbalanced, Math.abs(total.imbalance()));
    }
}
