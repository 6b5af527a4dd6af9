package dev.cordon.cluster;

import dev.cordon.log.UserLog;
import dev.cordon.log.UserLog.Since;
import dev.cordon.manager.Ticker;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * Makes good for lost wakeups: looks into the log for publications that connections of this node lack. What it sees may
 * still be on its way, so it is delivered only when it is lacking at the next step too. Confined to its duty.
 */
final class TailRead {
    /** Longest time between two looks. A random part of up to a third is subtracted, so that nodes do not look at once. */
    static final Duration PERIOD = Duration.ofSeconds(24);

    /** Most users of one read. */
    private static final int MAX_USERS = 1000;

    private final UserLog log;
    private final LocalUsers users;
    private final RemotePublications publications;
    private final ClusterCounters counters;
    private final Ticker ticker;
    private final LongUnaryOperator random;
    private Map<Channel, StreamPosition> suspects = Map.of();
    private long next;

    /** @param random a number from 0 to below its argument */
    TailRead(
            UserLog log,
            LocalUsers users,
            RemotePublications publications,
            ClusterCounters counters,
            Ticker ticker,
            LongUnaryOperator random) {
        this.log = log;
        this.users = users;
        this.publications = publications;
        this.counters = counters;
        this.ticker = ticker;
        this.random = random;
        this.next = soon();
    }

    private long soon() {
        return ticker.nanos() + PERIOD.toNanos() - random.applyAsLong(PERIOD.toNanos() / 3);
    }

    /**
     * One step; due every few seconds. Looks when it is time to, and delivers what the look before has found.
     *
     * @throws dev.cordon.log.LogUnavailableException if the log cannot be read; the next look finds what is still lacking
     */
    void step() {
        if (!suspects.isEmpty()) {
            repair();
        } else if (ticker.nanos() - next >= 0) {
            suspects = look();
            next = soon();
        }
    }

    /** The tops of the channels in which connections lack something. */
    private Map<Channel, StreamPosition> look() {
        Map<Channel, StreamPosition> found = new HashMap<>();
        List<UserId> all = users.all();
        for (int from = 0; from < all.size(); from += MAX_USERS) {
            List<Since> channels = publications.lacking(all.subList(from, Math.min(all.size(), from + MAX_USERS)));
            List<StreamPosition> tops = channels.isEmpty()
                    ? List.of()
                    : log.tops(channels.stream().map(Since::channel).toList());
            for (int i = 0; i < channels.size(); i++) {
                StreamPosition top = tops.get(i);
                if (!top.equals(channels.get(i).position())) {
                    found.put(channels.get(i).channel(), top);
                }
            }
        }
        return found;
    }

    /** Delivers what is still lacking, in parts, so that no statement reads too much. */
    private void repair() {
        Map<Channel, StreamPosition> found = suspects;
        suspects = Map.of();
        List<UserId> owners =
                found.keySet().stream().map(Channel::owner).distinct().toList();
        for (int from = 0; from < owners.size(); from += RemotePublications.MAX_USERS) {
            List<Since> lacking = new ArrayList<>();
            int to = Math.min(owners.size(), from + RemotePublications.MAX_USERS);
            for (Since since : publications.lacking(owners.subList(from, to))) {
                StreamPosition top = found.get(since.channel());
                if (top != null && lacks(since.position(), top)) {
                    lacking.add(since);
                }
            }
            publications.deliver(lacking, lacking.isEmpty() ? List.of() : log.readAllAfter(lacking), counters.repaired);
        }
    }

    private static boolean lacks(StreamPosition position, StreamPosition top) {
        return !position.epoch().equals(top.epoch()) || position.offset() < top.offset();
    }
}
