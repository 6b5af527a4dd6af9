package dev.cordon.socket;

import java.util.EnumMap;
import java.util.Map;
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
    private final Map<Refused, LongAdder> refused = new EnumMap<>(Refused.class);

    public SocketCounters() {
        for (Refused reason : Refused.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    void refuse(Refused reason) {
        adder(reason).increment();
    }

    public long refused(Refused reason) {
        return adder(reason).sum();
    }

    private LongAdder adder(Refused reason) {
        LongAdder adder = refused.get(reason);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + reason);
        }
        return adder;
    }
}
