package dev.cordon.hook;

import dev.cordon.protocol.UserId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The places of calls to hooks: which ones are under way, which wait, which are rejected. At most {@code most} are under
 * way, and at most {@code perUser} of one user; others wait behind their own user's. So one user's slow calls delay no
 * other's. A quarter of the places is kept from rpcs, so that slow ones leave room for connects. Rpcs and decisions wait
 * apart, of the node and of each user, and what finds a place at once is never rejected.
 *
 * <p>Thread-safe. Nothing runs under the lock: {@link Entry#start} is called behind it.
 */
final class Places {
    /** Calls that may wait for each place of the node, and for each of a user's. */
    static final int WAITING_PER_PLACE = 8;

    private enum State {
        NEW,
        /** Behind others of the same user. */
        BEHIND,
        /** Next, as soon as the node has a place. */
        READY,
        RUNNING,
        LEFT
    }

    /** A call that takes a place. */
    abstract static class Entry {
        private final Of of;
        private State state = State.NEW;

        Entry(UserId user, boolean rpc) {
            of = new Of(user, rpc);
        }

        /** Called once, if it gets a place in time. Must not block or throw. */
        abstract void start();
    }

    private record Of(UserId user, boolean rpc) {}

    /** One user's part. */
    private static final class Share {
        /** Ready or running. */
        int active;

        final Queue<Entry> behind = new ArrayDeque<>();
    }

    private final int most;
    private final int mostRpcs;
    private final int perUser;
    private final HookCounters counters;
    private final Map<Of, Share> shares = new HashMap<>();
    private final Set<Entry> readyDecisions = new LinkedHashSet<>();
    private final Set<Entry> readyRpcs = new LinkedHashSet<>();
    private int running;
    private int runningRpcs;
    private int waitingRpcs;
    private int waitingDecisions;

    Places(HookSettings settings, HookCounters counters) {
        this.most = settings.maxInFlight();
        this.mostRpcs = Math.max(1, most - most / 4);
        this.perUser = settings.maxInFlightPerUser();
        this.counters = counters;
    }

    /** Starts the call now or later. Returns false if too many wait already. */
    boolean enter(Entry entry) {
        List<Entry> started;
        synchronized (this) {
            Share share = shares.computeIfAbsent(entry.of, of -> new Share());
            if (full(entry.of) || share.behind.size() >= perUser * WAITING_PER_PLACE) {
                forget(entry.of, share);
                return false;
            }
            if (share.active < perUser) {
                ready(entry, share);
            } else {
                entry.state = State.BEHIND;
                share.behind.add(entry);
            }
            count(entry, 1);
            started = next();
        }
        started.forEach(Entry::start);
        return true;
    }

    /** Gives up a call that waits. Returns false if it is under way, or has ended. */
    synchronized boolean giveUp(Entry entry) {
        Share share = shares.get(entry.of);
        if (share == null || (entry.state != State.BEHIND && entry.state != State.READY)) {
            return false;
        }
        if (entry.state == State.BEHIND) {
            share.behind.remove(entry);
        } else {
            readyOf(entry).remove(entry);
            share.active--;
        }
        count(entry, -1);
        // That frees no place, so none starts.
        left(entry, share);
        return true;
    }

    /** Frees the place of a call that has ended. */
    void leave(Entry entry) {
        List<Entry> started;
        synchronized (this) {
            Share share = shares.get(entry.of);
            if (share == null || entry.state != State.RUNNING) {
                return;
            }
            running--;
            runningRpcs -= entry.of.rpc() ? 1 : 0;
            counters.inFlight.decrement();
            share.active--;
            left(entry, share);
            started = next();
        }
        started.forEach(Entry::start);
    }

    private void left(Entry entry, Share share) {
        entry.state = State.LEFT;
        Entry following = share.active < perUser ? share.behind.poll() : null;
        if (following != null) {
            ready(following, share);
        }
        forget(entry.of, share);
    }

    private void ready(Entry entry, Share share) {
        share.active++;
        entry.state = State.READY;
        readyOf(entry).add(entry);
    }

    private Set<Entry> readyOf(Entry entry) {
        return entry.of.rpc() ? readyRpcs : readyDecisions;
    }

    private void forget(Of of, Share share) {
        if (share.active == 0 && share.behind.isEmpty()) {
            shares.remove(of);
        }
    }

    /** Gives the free places to those that are ready. */
    private List<Entry> next() {
        List<Entry> started = new ArrayList<>(1);
        while (running < most && !readyDecisions.isEmpty()) {
            started.add(begin(readyDecisions));
        }
        while (running < most && runningRpcs < mostRpcs && !readyRpcs.isEmpty()) {
            started.add(begin(readyRpcs));
            runningRpcs++;
        }
        return started;
    }

    private Entry begin(Set<Entry> ready) {
        Entry entry = ready.iterator().next();
        ready.remove(entry);
        entry.state = State.RUNNING;
        running++;
        counters.inFlight.increment();
        count(entry, -1);
        return entry;
    }

    /**
     * Whether as many of its kind wait as may. Then one more would find no place at once: calls wait behind others of
     * their user that are ready or under way, and are ready only while no place is free.
     */
    private boolean full(Of of) {
        return of.rpc() ? waitingRpcs >= mostRpcs * WAITING_PER_PLACE : waitingDecisions >= most * WAITING_PER_PLACE;
    }

    private void count(Entry entry, int more) {
        if (entry.of.rpc()) {
            waitingRpcs += more;
        } else {
            waitingDecisions += more;
        }
        counters.waiting.add(more);
    }

    /** Users that have a call here. */
    synchronized int users() {
        return (int) shares.keySet().stream().map(Of::user).distinct().count();
    }
}
