package dev.cordon.log;

import java.util.function.LongConsumer;

/**
 * The sum of all ledgers while channels come and go: each is in it once, whether it is met as it lives or forgotten meanwhile. Nobody who
 * forgets a channel waits for whoever adds up. Thread-safe.
 */
final class LedgerBook {
    /** Held to add up: one round at a time. */
    private final Object rounds = new Object();

    private long round;
    private Ledger forgotten = Ledger.EMPTY;
    /** Of channels forgotten in this round after they were counted. */
    private Ledger counted = Ledger.EMPTY;

    /**
     * Runs a round.
     *
     * @param channels meets the channels under the number of the round, adding up those that are not forgotten
     * @return what was forgotten before any of them was met, or instead of it
     */
    Ledger add(LongConsumer channels) {
        synchronized (rounds) {
            channels.accept(begin());
            return end();
        }
    }

    private synchronized long begin() {
        return ++round;
    }

    private synchronized Ledger end() {
        Ledger before = forgotten;
        forgotten = before.plus(counted);
        counted = Ledger.EMPTY;
        round++;
        return before;
    }

    /**
     * Enters a channel that is forgotten; under its lock.
     *
     * @param lastRound in which it was met last; negative for none
     */
    synchronized void forget(Ledger ledger, long lastRound) {
        if (lastRound == round) {
            counted = counted.plus(ledger);
        } else {
            forgotten = forgotten.plus(ledger);
        }
    }
}
