package dev.cordon.heap;

/**
 * The shares of the heap (ADR 0015). Each names one thing that strangers or users can make more of, and the part of the free heap that all
 * of it together may take. The free heap is what the server leaves: the maximum heap less {@link #SERVER_BYTES}. All shares together are
 * seven tenths of it; the rest is for what is under way and for the collector.
 */
public enum HeapShare {
    /** Sockets with their managers and subscriptions, at {@link #CONNECTION_BYTES} each: the default of {@code cordon.max-connections}. */
    CONNECTIONS(100),
    /** Messages and requests that have not arrived completely, of all connections. */
    HALF_RECEIVED(80),
    /** What waits for connections that do not read: the default of {@code cordon.queue.total-max-bytes}. */
    QUEUES(125),
    /** Channels and their publications in memory: the default of {@code cordon.history.total-max-bytes}. */
    HISTORY(250),
    /** Acknowledged positions of sessions, in memory. */
    POSITIONS(60),
    /** Idempotency keys and the receipts behind them. */
    IDEMPOTENCY_KEYS(40),
    /** Answers over HTTP that their clients have not read. */
    ANSWERS(40),
    /** Addresses and users in the rate limiters. */
    RATES(5);

    /** What the server and the application take without a client: 45 to 50 MB, measured on Payara Micro with a heap of 96 MB. */
    public static final long SERVER_BYTES = 48L * 1024 * 1024;

    /** A connection with its manager and a few subscriptions; 3.5 KB of them are measured for an idle one. */
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

    /** How many things of a size fit into this share: at most {@code most}, at least 1. */
    public int count(long bytesEach, int most) {
        return (int) Math.max(1, Math.min(most, bytes() / bytesEach));
    }

    /** A heap smaller than the server itself is no heap to serve with; a quarter keeps the shares positive. */
    private static long free(long heap) {
        return Math.max(heap / 4, heap - SERVER_BYTES);
    }
}
