package dev.cordon.publish;

import java.util.concurrent.atomic.LongAdder;

/** What publishing counts since the start. */
public final class PublishCounters {
    public final LongAdder accepted = new LongAdder();
    public final LongAdder duplicates = new LongAdder();
    public final LongAdder appended = new LongAdder();
    public final LongAdder withoutConnection = new LongAdder();
    public final LongAdder failed = new LongAdder();

    /** Idempotency keys forgotten before their window ended, because there were too many. */
    public final LongAdder keysForgotten = new LongAdder();
}
