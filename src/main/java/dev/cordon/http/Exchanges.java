package dev.cordon.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The requests that wait for their clients, and the deadlines of that waiting (ADR 0013). Holds at most one exchange a connection of the
 * server. Thread-safe.
 */
public final class Exchanges {
    /** For the whole body of a request, and for each {@link AnswerWriter#STRETCH} of the answer. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For an answer that says that the body came too late; then the connection is cut. */
    static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(Exchanges.class.getName());
    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    private final ServerLayer server;
    private final Executor patient;
    private final LongSupplier nanos;
    private final Set<Exchange> waiting = ConcurrentHashMap.newKeySet();
    private final LongAdder late = new LongAdder();
    private final LongAdder unread = new LongAdder();
    private final LongAdder crowded = new LongAdder();
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;
    private long lastLine;

    /**
     * @param patient runs what may wait for something outside of the process
     * @param nanos a clock as {@link System#nanoTime}
     * @param maxBytes of all bodies that are arriving or worked on, beyond the first 4 KiB of each; one alone may be larger
     */
    public Exchanges(ServerLayer server, Executor patient, LongSupplier nanos, long maxBytes) {
        this.maxBytes = maxBytes;
        this.server = server;
        this.patient = patient;
        this.nanos = nanos;
        this.lastLine = nanos.getAsLong() - BETWEEN_LINES.toNanos();
    }

    /** A request that has just come. Call it on the container's thread. */
    public Exchange open(HttpServletRequest request, HttpServletResponse response) {
        return new Exchange(request, response, server, this);
    }

    /** How many wait for their clients now. */
    public int waiting() {
        return waiting.size();
    }

    /** Due every half second: ends those whose clients have not kept a deadline. */
    public void sweep() {
        long now = nanos.getAsLong();
        waiting.forEach(exchange -> exchange.tick(now));
        tell(now);
    }

    private void tell(long now) {
        if (late.sum() + unread.sum() + crowded.sum() == 0 || now - lastLine < BETWEEN_LINES.toNanos()) {
            return;
        }
        lastLine = now;
        LOG.log(
                Level.INFO,
                "Ended requests of clients that stalled for {0} s: {1} did not send their body, {2} did not read their answer; {3} bodies found no room",
                PATIENCE.toSeconds(),
                late.sumThenReset(),
                unread.sumThenReset(),
                crowded.sumThenReset());
    }

    /** Counts more bytes of a body. False when there is no room for them; they are counted all the same. */
    boolean take(int more) {
        long all = bytes.addAndGet(more);
        if (all <= maxBytes || waiting.size() <= 1) {
            return true;
        }
        crowded.increment();
        return false;
    }

    void give(long counted) {
        bytes.addAndGet(-counted);
    }

    /** Bytes of bodies that are arriving or worked on. */
    public long bytes() {
        return bytes.get();
    }

    Executor patient() {
        return patient;
    }

    void add(Exchange exchange) {
        waiting.add(exchange);
    }

    void remove(Exchange exchange) {
        waiting.remove(exchange);
    }

    long now() {
        return nanos.getAsLong();
    }

    void countLate() {
        late.increment();
    }

    void countUnread() {
        unread.increment();
    }
}
