package dev.cordon.log;

import java.util.function.LongConsumer;

/**
 * The sum of all ledgers while channels come and go. Each channel is counted once: as a live channel, or as one
 * forgotten during the round. A thread that forgets a channel does not wait for the thread that adds up. Thread-safe.
 */
final class LedgerBook {
    /** The lock that allows one round at a time. */
    private final Object rounds = new Object();

    private long round;
    private Ledger forgotten = Ledger.EMPTY;
    /** The sum of channels that were forgotten in this round after the round had counted them. */
    private Ledger counted = Ledger.EMPTY;

    /**
     * Runs a round of adding up.
     *
     * @param channels gets the number of the round, and adds up all channels that are not forgotten
     * @return the sum of the forgotten channels that {@code channels} did not count
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
     * Enters the ledger of a channel that is being forgotten. The caller holds the channel's lock.
     *
     * @param lastRound the last round that counted the channel; negative for none
     */
    synchronized void forget(Ledger ledger, long lastRound) {
        if (lastRound == round) {
            counted = counted.plus(ledger);
        } else {
            forgotten = forgotten.plus(ledger);
        }
    }
}
