package dev.cordon.gateway;

import dev.cordon.manager.Tally;
import java.util.concurrent.atomic.LongAdder;

/** What the socket side counts since the start: handshakes and connects that were refused, by reason, and commands. */
public final class SocketCounters {
    /** Why a handshake or a connect command was refused. */
    public enum Refused {
        NOT_READY,
        ORIGIN,
        RATE_ADDRESS,
        RATE_USER,
        CONNECTION_CAP,
        MALFORMED,
        TOKEN,
        LIMIT,
        BAD_REQUEST,
        /** Frames of a connection that sends more than its budget ({@link CommandBudget}). */
        RATE_COMMANDS
    }

    /** Which way a handshake came that was taken (ADR 0006). */
    public enum Way {
        CONTAINER,
        SHORTCUT
    }

    public final LongAdder commands = new LongAdder();
    public final LongAdder sends = new LongAdder();

    /** Reads that were carried out by the thread that saw them come (ADR 0008). */
    public final LongAdder readsInPlace = new LongAdder();

    /** Connections that were cut for taking more than their part. */
    public final Cuts cuts = new Cuts();

    private final Tally<Refused> refused = new Tally<>(Refused.class);

    private final Tally<Way> taken = new Tally<>(Way.class);

    public void take(Way way) {
        taken.add(way, 1);
    }

    /** Handshakes answered with 101. */
    public long taken(Way way) {
        return taken.sum(way);
    }

    public void reject(Refused reason) {
        refused.add(reason, 1);
    }

    public long refused(Refused reason) {
        return refused.sum(reason);
    }
}
