package dev.cordon.gateway;

import dev.cordon.metric.LabelledCounter;
import dev.cordon.metric.MetricList;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The counters and the log of connections that were cut because they took more than their share. Logs at most one line
 * for each reason in a {@link #PERIOD}, however many were cut. Thread-safe.
 */
public final class Cuts {
    /** Least time between two lines of one reason. */
    static final Duration PERIOD = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(Cuts.class.getName());

    /** Why a connection was cut. */
    public enum Reason {
        /** Partly received messages or request heads took more than their share of the heap. */
        HALF_RECEIVED("incomplete messages and requests take more than their share of the heap"),
        /** A message, or the head of a request, did not arrive completely in time. */
        SLOW_SENDER(
                "a message did not arrive completely within 10 s and a second for each 16 KiB, or a request's head within 10 s"),
        /** Answers over HTTP were not read in time, or together took more than their share of the heap. */
        UNREAD_ANSWERS("clients read less than 8 KiB of their HTTP answers in 10 s"),
        /** A client went on sending more commands or bytes than a connection may. */
        COMMANDS("a client without the group publisher sends more than 2,000 commands or 2 MiB a second");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    private final LabelledCounter<Reason> counts;
    /** The counts at the last line. */
    private final Map<Reason, Long> before = new EnumMap<>(Reason.class);

    private boolean told;
    private long toldAt;

    /** Makes counters outside the published metrics. */
    public Cuts() {
        this(new MetricList());
    }

    Cuts(MetricList metrics) {
        this.counts = metrics.counters(
                "cuts",
                "reason",
                Reason.class,
                "Connections cut because they used more than their share.",
                "half_received: clients do not finish their messages or requests, or the heap is small. slow_sender:"
                        + " slow lines, or an attack. unread_answers: clients do not read their HTTP answers."
                        + " commands: a client in a loop.");
    }

    public void add(Reason reason) {
        counts.add(reason, 1);
    }

    /** Connections cut since the start. */
    public long sum(Reason reason) {
        return counts.sum(reason);
    }

    /**
     * Logs the cuts since the last line, if {@link #PERIOD} is over. Due twice a second.
     *
     * @param now the ticker's nanoseconds
     */
    public synchronized void report(long now) {
        if (told && now - toldAt < PERIOD.toNanos()) {
            return;
        }
        for (Reason reason : Reason.values()) {
            long count = sum(reason);
            long since = count - before.getOrDefault(reason, 0L);
            if (since > 0) {
                before.put(reason, count);
                told = true;
                toldAt = now;
                LOG.log(Level.WARNING, "{0} connections cut: {1}", since, reason.words);
            }
        }
    }
}
