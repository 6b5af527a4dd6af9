package dev.cordon.log;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The shared counters of all channels of a log in memory. Each channel enters its own changes. Thread-safe. */
final class MemoryTotals {
    final AtomicLong publications = new AtomicLong();
    /** Payload bytes of the retained publications. */
    final AtomicLong bytes = new AtomicLong();
    /** Heap bytes of all channels, their publications and the free room in their buffers included. */
    final AtomicLong footprint = new AtomicLong();

    /** The quota on channels that readers made known before anything was published to them. */
    final UserQuota unpublished = new UserQuota(Integer.MAX_VALUE, UserLog.MAX_UNPUBLISHED_A_USER);

    final LedgerBook book = new LedgerBook();

    /** The pool from which all channels take the blocks for their large payloads. */
    final BlockPool blocks;

    final LongAdder appended = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder evictedByChannel = new LongAdder();
    final LongAdder evictedByTotal = new LongAdder();
    final LongAdder removed = new LongAdder();
    /** Channels forgotten entirely to make room. */
    final LongAdder channelsEvicted = new LongAdder();

    MemoryTotals(BlockPool blocks) {
        this.blocks = blocks;
    }
}
