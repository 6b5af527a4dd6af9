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
import org.jspecify.annotations.Nullable;

/**
 * The registry of requests that wait for their clients, with their deadlines (ADR 0013). Holds at most one exchange for
 * each of the server's connections. Thread-safe.
 */
public final class Exchanges {
    /** Time limit for the whole body of a request, and for each {@link AnswerWriter#STRETCH} of the answer. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Time limit for an answer to a body that came too late or found no room; then the connection is cut. */
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
    private final @Nullable Exchanges strangers;
    private long lastLine;

    /**
     * @param patient runs tasks that may wait for something outside the process
     * @param nanos a clock as {@link System#nanoTime}
     * @param maxBytes most bytes of all bodies that are arriving or in use, beyond the first 4 KiB of each; a single
     *     body may be larger
     */
    public Exchanges(ServerLayer server, Executor patient, LongSupplier nanos, long maxBytes) {
        this(server, patient, nanos, maxBytes, null);
    }

    /**
     * @param maxBytes most bytes of bodies of senders that are known before their body is read
     * @param maxBytesOfStrangers most bytes of bodies of all others, so that these cannot keep the former out
     */
    public Exchanges(
            ServerLayer server, Executor patient, LongSupplier nanos, long maxBytes, long maxBytesOfStrangers) {
        this(server, patient, nanos, maxBytes, new Exchanges(server, patient, nanos, maxBytesOfStrangers));
    }

    private Exchanges(
            ServerLayer server, Executor patient, LongSupplier nanos, long maxBytes, @Nullable Exchanges strangers) {
        this.strangers = strangers;
        this.maxBytes = maxBytes;
        this.server = server;
        this.patient = patient;
        this.nanos = nanos;
        this.lastLine = nanos.getAsLong() - BETWEEN_LINES.toNanos();
    }

    /** Opens the exchange of a new request. Call it on the container's thread. */
    public Exchange open(HttpServletRequest request, HttpServletResponse response) {
        return new Exchange(request, response, server, this);
    }

    /** The registry of requests whose sender is not known before the body is read. This one counts and sweeps them too. */
    public Exchanges strangers() {
        return strangers == null ? this : strangers;
    }

    /** Number of requests that wait for their clients now. */
    public int waiting() {
        return waiting.size() + (strangers == null ? 0 : strangers.waiting());
    }

    /** Ends the requests whose clients have missed a deadline. Due every half second. */
    public void sweep() {
        long now = nanos.getAsLong();
        waiting.forEach(exchange -> exchange.tick(now));
        tell(now);
        if (strangers != null) {
            strangers.sweep();
        }
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

    /** Counts more bytes of a body. Returns false if there is no room for them; they are counted all the same. */
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

    /** Bytes of bodies that are arriving or in use, beyond the first 4 KiB of each. */
    public long bytes() {
        return bytes.get() + (strangers == null ? 0 : strangers.bytes());
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
