package dev.cordon.api;

import dev.cordon.manager.Tally;
import java.util.concurrent.atomic.LongAdder;

/** What the server API counts since the start: requests, commands, and refusals of either by reason. */
public final class ApiCounters {
    /** HTTP requests, refused ones included. */
    public final LongAdder requests = new LongAdder();

    /** Those of them that were answered past the container (ADR 0010). */
    public final LongAdder shortcuts = new LongAdder();

    /** Commands carried out: one a request, and each of a batch. */
    public final LongAdder commands = new LongAdder();

    private final Tally<Refused> refused = new Tally<>(Refused.class);

    void refuse(Refused reason) {
        refused.add(reason, 1);
    }

    /** Refused requests, refused commands of a batch and refused channels of a broadcast. */
    public long refused(Refused reason) {
        return refused.sum(reason);
    }
}
