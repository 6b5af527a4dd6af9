package dev.cordon.socket;

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
        BAD_REQUEST
    }

    public final LongAdder commands = new LongAdder();
    public final LongAdder sends = new LongAdder();
    private final Tally<Refused> refused = new Tally<>(Refused.class);

    void refuse(Refused reason) {
        refused.add(reason, 1);
    }

    public long refused(Refused reason) {
        return refused.sum(reason);
    }
}
