package dev.cordon.gateway;

/**
 * What one connection may send: a bucket of commands and one of bytes, each filled at a rate and ten seconds' worth deep. A frame counts as
 * one command at least, so that empty and blank texts are paid for too. Confined to the thread that reads; reads no clock.
 */
final class CommandBudget {
    /** Commands a second in the long run. */
    static final int COMMANDS_PER_SECOND = 2_000;

    /** Bytes of frames a second in the long run. */
    static final int BYTES_PER_SECOND = 2 * 1024 * 1024;

    /** Seconds' worth of either that may come at once. */
    static final int AT_ONCE = 10;

    private static final long SECOND = 1_000_000_000L;
    private static final long BURST = AT_ONCE * SECOND;

    /** What to do with a frame. */
    enum Verdict {
        /** Carry it out. */
        WITHIN,
        /** Refuse its commands: the bucket is empty. */
        OVER,
        /** End the connection: as much again was sent after the first refusal. */
        ENOUGH
    }

    /** When what was sent so far will have been earned, in nanoseconds of the ticker. */
    private long commandsPaid;

    private long bytesPaid;

    /** @param now the ticker's nanoseconds */
    CommandBudget(long now) {
        commandsPaid = now;
        bytesPaid = now;
    }

    /**
     * Pays for a frame.
     *
     * @param commands in it
     * @param bytes of its payload
     * @param now the ticker's nanoseconds
     */
    Verdict spend(int commands, int bytes, long now) {
        long paid = Math.max(commandsPaid - now, 0) + Math.max(commands, 1) * (SECOND / COMMANDS_PER_SECOND);
        long paidBytes = Math.max(bytesPaid - now, 0) + bytes * SECOND / BYTES_PER_SECOND;
        commandsPaid = now + paid;
        bytesPaid = now + paidBytes;
        long ahead = Math.max(paid, paidBytes);
        return ahead <= BURST ? Verdict.WITHIN : ahead <= 2 * BURST ? Verdict.OVER : Verdict.ENOUGH;
    }

    /** Forgives what was sent: the sender may send as much as it wants. */
    void forgive(long now) {
        commandsPaid = now;
        bytesPaid = now;
    }
}
