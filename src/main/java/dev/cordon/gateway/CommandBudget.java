package dev.cordon.gateway;

/**
 * The rate limit of one connection's input: a token bucket of commands and one of bytes. Each is filled at its rate and
 * holds {@link #AT_ONCE} seconds' worth. A frame counts as at least one command, so that empty and blank texts are paid
 * for too. Confined to the reading thread; reads no clock.
 */
final class CommandBudget {
    /** Commands a second, on average. */
    static final int COMMANDS_PER_SECOND = 2_000;

    /** Bytes of frames a second, on average. */
    static final int BYTES_PER_SECOND = 2 * 1024 * 1024;

    /** Depth of each bucket, in seconds of its rate. */
    static final int AT_ONCE = 10;

    private static final long SECOND = 1_000_000_000L;
    private static final long BURST = AT_ONCE * SECOND;

    /** The decision about a frame. */
    enum Verdict {
        /** Carry it out. */
        WITHIN,
        /** Reject its commands: the bucket is empty. */
        OVER,
        /** End the connection: another bucketful was sent after the first rejection. */
        ENOUGH
    }

    /** Time at which all commands sent so far will have been earned, in nanoseconds of the ticker. */
    private long commandsPaid;

    private long bytesPaid;

    /** @param now the ticker's nanoseconds */
    CommandBudget(long now) {
        commandsPaid = now;
        bytesPaid = now;
    }

    /**
     * Charges a frame to both buckets.
     *
     * @param commands number of commands in the frame
     * @param bytes size of the frame's payload
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

    /**
     * Charges bytes that are no frame's payload. The next frame gets the decision.
     *
     * @param now the ticker's nanoseconds
     */
    void charge(int bytes, long now) {
        bytesPaid = Math.max(bytesPaid, now) + bytes * SECOND / BYTES_PER_SECOND;
    }

    /** Fills both buckets, for a sender without a limit. */
    void forgive(long now) {
        commandsPaid = now;
        bytesPaid = now;
    }
}
