package dev.cordon.upkeep;

import dev.cordon.log.Reconciliation;
import dev.cordon.log.UserLog;
import java.lang.System.Logger.Level;

/** A sweep that finds publications that the log accepted and cannot account for. It removes nothing; each one found is a defect. */
public final class LedgerSweep implements Sweep {
    private static final System.Logger LOG = System.getLogger(LedgerSweep.class.getName());

    private final UserLog log;
    private volatile Reconciliation last = Reconciliation.NONE;

    public LedgerSweep(UserLog log) {
        this.log = log;
    }

    @Override
    public String name() {
        return "ledger-imbalances";
    }

    @Override
    public Found run() {
        Reconciliation found = log.reconcile();
        last = found;
        if (found.imbalance() != 0) {
            LOG.log(
                    Level.ERROR,
                    "The ledger does not add up: {0} of {1} channels, the first is {2}; total {3}",
                    found.imbalanced(),
                    found.channels(),
                    found.first().orElse("unknown: a whole channel was lost"),
                    found.total());
        }
        return new Found(found.imbalance(), 0);
    }

    /** The result of the last cleanup; empty before the first. */
    public Reconciliation last() {
        return last;
    }
}
