package dev.cordon.log;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What all channels of a log in memory hold together, and what they have taken and lost; each channel enters its own changes. Thread-safe. */
final class MemoryTotals {
    final AtomicLong publications = new AtomicLong();
    /** Of payload. */
    final AtomicLong bytes = new AtomicLong();
    /** Of heap that channels take, with their publications and room for the next ones. */
    final AtomicLong footprint = new AtomicLong();

    /** Channels that readers made known before anything was published to them, by user. */
    final UserQuota unpublished = new UserQuota(Integer.MAX_VALUE, UserLog.MAX_UNPUBLISHED_A_USER);

    final LedgerBook book = new LedgerBook();

    /** Where all channels keep their large payloads. */
    final BlockPool blocks;

    final LongAdder appended = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder evictedByChannel = new LongAdder();
    final LongAdder evictedByTotal = new LongAdder();
    final LongAdder removed = new LongAdder();
    /** Channels that went entirely to make room. */
    final LongAdder channelsEvicted = new LongAdder();

    MemoryTotals(BlockPool blocks) {
        this.blocks = blocks;
    }
}
