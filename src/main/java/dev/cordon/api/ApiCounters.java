package dev.cordon.api;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the server API counts since the start: requests, commands, and refusals of either by reason. */
public final class ApiCounters {
    /** HTTP requests, refused ones included. */
    public final LongAdder requests = new LongAdder();

    /** Commands carried out: one a request, and each of a batch. */
    public final LongAdder commands = new LongAdder();

    private final Map<Refused, LongAdder> refused = new EnumMap<>(Refused.class);

    public ApiCounters() {
        for (Refused reason : Refused.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    void refuse(Refused reason) {
        adder(reason).increment();
    }

    /** Refused requests, refused commands of a batch and refused channels of a broadcast. */
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
