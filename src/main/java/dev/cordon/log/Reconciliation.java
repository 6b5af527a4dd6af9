package dev.cordon.log;

import java.util.Optional;

/**
 * The result of comparing the ledgers of a log with its publications.
 *
 * @param channels number of channels compared
 * @param imbalanced number of channels whose figures do not add up
 * @param total ledger of all channels, forgotten ones included
 * @param first name of a channel that does not add up, for the log line
 */
public record Reconciliation(long channels, long imbalanced, Ledger total, Optional<String> first) {
    public static final Reconciliation NONE = new Reconciliation(0, 0, Ledger.EMPTY, Optional.empty());

    /** 0 when all figures add up. At least {@code imbalanced}: two faults may cancel each other in the total. */
    public long imbalance() {
        return Math.max(imbalanced, Math.abs(total.imbalance()));
    }
}
