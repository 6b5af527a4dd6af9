package dev.cordon.heap;

/**
 * A share of the heap (ADR 0015). Each constant names one kind of object that clients can create more of, and the part of the free heap that
 * all of these may take. The free heap is the maximum heap less {@link #SERVER_BYTES}. All shares together are 70 % of it. The rest is for work
 * in progress and for the collector.
 */
public enum HeapShare {
    /** Sockets with their managers and subscriptions, at {@link #CONNECTION_BYTES} each: the default of {@code cordon.max-connections}. */
    CONNECTIONS(100),
    /** Messages and requests that have not arrived completely, of all connections. */
    HALF_RECEIVED(80),
    /** Messages that wait for connections that do not read: the default of {@code cordon.queue.total-max-bytes}. */
    QUEUES(125),
    /** Channels and their publications in memory: the default of {@code cordon.history.total-max-bytes}. */
    HISTORY(230),
    /** Acknowledged positions of sessions, in memory. */
    POSITIONS(60),
    /** Idempotency keys and the receipts behind them. */
    IDEMPOTENCY_KEYS(40),
    /** Groups of users with the log in memory or on the grid. */
    GROUPS(20),
    /** Answers over HTTP that their clients have not read. */
    ANSWERS(40),
    /** Addresses and users in the rate limiters. */
    RATES(5);

    /** What the server and the application take without a client: 45 to 50 MB, measured on Payara Micro with a heap of 96 MB. */
    public static final long SERVER_BYTES = 48L * 1024 * 1024;

    /** A connection with its manager and a few subscriptions; 4.4 KB of them are measured for an idle one. */
    public static final long CONNECTION_BYTES = 6 * 1024;

    private static final long WHOLE = 1000;

    private final long part;

    HeapShare(long part) {
        this.part = part;
    }

    /** Bytes of this share with the heap that this process may have. */
    public long bytes() {
        return bytesOf(Runtime.getRuntime().maxMemory());
    }

    /**
     * Bytes of this share.
     *
     * @param heap bytes that the heap may grow to
     */
    public long bytesOf(long heap) {
        return free(heap) * part / WHOLE;
    }

    /** Number of objects of a size that fit into this share: at most {@code most}, at least 1. */
    public int count(long bytesEach, int most) {
        return (int) Math.max(1, Math.min(most, bytes() / bytesEach));
    }

    /** At least a quarter of the heap, so that the shares stay positive on a heap smaller than the server itself. */
    private static long free(long heap) {
        return Math.max(heap / 4, heap - SERVER_BYTES);
    }
}
