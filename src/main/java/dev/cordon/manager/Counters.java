package dev.cordon.manager;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What managers and connections count since the start. The objects of a manager only add to it: it is a sink, shared by all users
 * and telling none of them anything about another.
 */
public final class Counters {
    /** Why a publication was not written to a connection that its owner has. */
    public enum Drop {
        /** The outbound queue was full: the connection ended with 3008 and recovers from the log. */
        SLOW,
        /** Waiting in the queue when the connection ended, or published while it was ending. */
        CLOSED,
        /** No longer in the log when the connection caught up: it ended with 3010, and its client learns that something is missing. */
        GONE,
        /** The connection's position was already past it. */
        OLD,
        /** The owner did not match: never written. */
        VIOLATION
    }

    public final LongAdder connectionsAccepted = new LongAdder();
    public final LongAdder connectionsRefused = new LongAdder();
    public final LongAdder managersCreated = new LongAdder();
    public final LongAdder managersReleased = new LongAdder();
    public final LongAdder connects = new LongAdder();

    /** Opens that ended with an exception; a limit reached or a connection gone is none. */
    public final LongAdder failedCreations = new LongAdder();

    public final LongAdder limitHits = new LongAdder();
    public final LongAdder probes = new LongAdder();
    public final LongAdder provenDead = new LongAdder();
    public final LongAdder evicted = new LongAdder();
    public final LongAdder catchUps = new LongAdder();
    public final LongAdder writes = new LongAdder();
    public final LongAdder writeFailures = new LongAdder();
    public final LongAdder isolationChecks = new LongAdder();
    public final LongAdder isolationViolations = new LongAdder();
    public final Latency creation = new Latency();
    public final Latency delivery = new Latency();
    public final Latency cleanup = new Latency();

    /** Bytes that wait behind writes which the transport has not taken, on all connections. */
    final AtomicLong stalledBytes = new AtomicLong();

    /** Where the large ones of them wait: of all connections, each of which gets only at what it has parked itself. */
    final Parking parking = new Parking();

    private final Tally<Drop> drops = new Tally<>(Drop.class);
    private final Map<Integer, LongAdder> closes = new ConcurrentHashMap<>();

    /** Bytes that wait behind writes which the transport has not taken. */
    public long stalledBytes() {
        return stalledBytes.get();
    }

    /** Publications handed to a socket. */
    public long delivered() {
        return delivery.count();
    }

    void dropped(Drop reason, long count) {
        drops.add(reason, count);
    }

    void closed(int code) {
        closes.computeIfAbsent(code, c -> new LongAdder()).increment();
    }

    public long dropped(Drop reason) {
        return drops.sum(reason);
    }

    /** Ended connections by close code. */
    public Map<Integer, Long> closes() {
        Map<Integer, Long> byCode = new TreeMap<>();
        closes.forEach((code, count) -> byCode.put(code, count.sum()));
        return byCode;
    }
}
