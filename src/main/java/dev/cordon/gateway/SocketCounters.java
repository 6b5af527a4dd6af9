package dev.cordon.gateway;

import dev.cordon.metric.LabelledCounter;
import dev.cordon.metric.MetricList;
import java.util.concurrent.atomic.LongAdder;

/** The counters of sockets since the start, each with its metric's definition. */
public final class SocketCounters {
    /** The reason why a handshake, a connect command or a frame was rejected. */
    public enum Rejected {
        NOT_READY,
        ORIGIN,
        RATE_ADDRESS,
        RATE_USER,
        CONNECTION_CAP,
        MALFORMED,
        TOKEN,
        LIMIT,
        /** The application did not let the client in, or gave no answer in time. */
        POLICY,
        BAD_REQUEST,
        /** Frames of a connection that sends more than its budget ({@link CommandBudget}). */
        RATE_COMMANDS
    }

    /** The way by which an accepted handshake came (ADR 0006). */
    public enum Way {
        CONTAINER,
        SHORTCUT,
        /** A stream over HTTP, which needs no handshake. */
        STREAM
    }

    private final MetricList metrics = new MetricList();

    public final LongAdder commands =
            metrics.counter("commands", "Commands of clients carried out.", "The load from browsers.");

    public final LongAdder sends = metrics.counter(
            "sends",
            "Messages that clients sent to the application with the command send, which has no reply.",
            "Cordon ignores them: find out what the client expects.");

    /** ADR 0008. */
    public final LongAdder readsInPlace = metrics.counter(
            "reads_in_place",
            "Socket reads carried out by the thread that noticed the data (ADR 0008).",
            "Always 0: the log is in a database, the listener has TLS, or cordon.transport excludes it. With several cores, a busier node has fewer.");

    public final LongAdder compressedHandshakes = metrics.counter(
            "compressed_handshakes",
            "Handshakes that agreed on compression of messages.",
            "Always 0: cordon.compression is false, or cordon.transport is container.");

    public final LongAdder compressedMessages = metrics.counter(
            "compressed_messages",
            "Publications compressed, each once for all its receivers.",
            "Much CPU for little: compare the bytes before and after.");

    public final LongAdder compressedFromBytes = metrics.counter(
            "compressed_from_bytes",
            "Bytes of those publications before they were compressed.",
            "With the bytes afterwards: the gain.");

    public final LongAdder compressedToBytes = metrics.counter(
            "compressed_to_bytes",
            "Bytes of those publications afterwards.",
            "Nearly as many as before: cordon.compression does not pay for these messages.");

    public final LongAdder uncompressed = metrics.counter(
            "uncompressed_messages",
            "Publications sent as they are, because all compressors were in use.",
            "It grows all the time: the node lacks CPU, or cordon.compression does not pay.");

    private final LabelledCounter<Way> taken = metrics.counters(
            "handshakes",
            "way",
            Way.class,
            "Handshakes accepted, by the code that answered them: the container, or Cordon's shortcut in front of it; and streams over HTTP opened.",
            "Only container: cordon.transport excludes the shortcut, or the listener has TLS or is not plain HTTP.");

    private final LabelledCounter<Rejected> rejected = metrics.counters(
            "rejected",
            "reason",
            Rejected.class,
            "Handshakes, connects and frames rejected.",
            "origin: allowed-origins. token: keys, clocks, expiry. rate_*: clients in a loop."
                    + " connection_cap: add a node.");

    /** Connections that were cut because they took more than their share. */
    public final Cuts cuts = new Cuts(metrics);

    /** The definitions of all counters of this class. */
    public MetricList metrics() {
        return metrics;
    }

    public void take(Way way) {
        taken.add(way, 1);
    }

    /** Handshakes answered with 101. */
    public long taken(Way way) {
        return taken.sum(way);
    }

    public void reject(Rejected reason) {
        rejected.add(reason, 1);
    }

    public long rejected(Rejected reason) {
        return rejected.sum(reason);
    }
}
