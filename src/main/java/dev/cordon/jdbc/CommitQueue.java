package dev.cordon.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A queue of appends that wait for a commit, in order of arrival. Groups that are committed at the same time share no
 * channel, so that a channel's appends keep their order. Bounded in callers and payload bytes. Thread-safe; calls
 * nothing under its lock.
 */
final class CommitQueue {
    /** Maximum of callers, those whose commit is under way included. */
    static final int MAX_CALLERS = 10_000;

    private final int groupAppends;
    private final long groupBytes;
    private final long maxBytes;
    private final ArrayDeque<PendingAppend> waiting = new ArrayDeque<>();
    /** Names of the channels of the commits under way. */
    private final Set<String> busy = new HashSet<>();
    /** Appends that need a channel which another session has locked, in order. */
    private final ArrayDeque<PendingAppend> held = new ArrayDeque<>();
    /** The group of such appends whose commit is under way. */
    private List<PendingAppend> heldUnderWay = List.of();

    private long bytes;
    private int callers;

    /**
     * @param groupAppends maximum of appends per commit; a single caller's may be more
     * @param groupBytes maximum of payload bytes per commit; a single caller's may be more
     * @param maxBytes maximum of payload bytes in the queue, those under way included
     */
    CommitQueue(int groupAppends, long groupBytes, long maxBytes) {
        this.groupAppends = groupAppends;
        this.groupBytes = groupBytes;
        this.maxBytes = maxBytes;
    }

    /** Returns false when the queue is full. It is then unchanged. */
    synchronized boolean add(PendingAppend pending) {
        if (callers >= MAX_CALLERS || (callers > 0 && bytes + pending.weight() > maxBytes)) {
            return false;
        }
        callers++;
        bytes += pending.weight();
        waiting.add(pending);
        return true;
    }

    /** The next group, or an empty list. Its channels are reserved until {@link #finished} or {@link #postponed}. */
    synchronized List<PendingAppend> next() {
        List<PendingAppend> group = new ArrayList<>();
        int appends = 0;
        long size = 0;
        List<PendingAppend> passedOver = new ArrayList<>();
        Set<String> heldChannels = heldChannels();
        Set<String> taken = new HashSet<>(busy);
        taken.addAll(heldChannels);
        for (PendingAppend pending = waiting.poll(); pending != null; pending = waiting.poll()) {
            boolean room = group.isEmpty()
                    || (appends + pending.appends().size() <= groupAppends && size + pending.bytes() <= groupBytes);
            if (pending.result().isDone()) {
                left(pending);
            } else if (room && !shares(pending, taken)) {
                group.add(pending);
                appends += pending.appends().size();
                size += pending.bytes();
            } else {
                passedOver.add(pending);
                if (shares(pending, heldChannels)) {
                    pending.held().set(true);
                    // Appends behind it that share one of its other channels wait for the same lock.
                    heldChannels.addAll(pending.channels());
                }
                if (!room) {
                    break;
                }
                // Later appends to its channels stay behind it.
                taken.addAll(pending.channels());
            }
        }
        toFront(passedOver);
        group.forEach(pending -> busy.addAll(pending.channels()));
        return group;
    }

    private Set<String> heldChannels() {
        Set<String> channels = new HashSet<>();
        held.forEach(pending -> channels.addAll(pending.channels()));
        heldUnderWay.forEach(pending -> channels.addAll(pending.channels()));
        return channels;
    }

    /** Ends a group's commit, whatever its outcome. */
    synchronized void finished(List<PendingAppend> group) {
        heldUnderWay = group == heldUnderWay ? List.of() : heldUnderWay;
        group.forEach(pending -> {
            busy.removeAll(pending.channels());
            left(pending);
        });
    }

    /**
     * Takes back a group of which nothing was committed, because another session has locked some of its channels.
     * Appends to those channels wait for {@link #nextHeld}, and so do appends that share a channel with them. The
     * others go first in the next group.
     *
     * @param by names of the locked channels
     */
    synchronized void postponed(List<PendingAppend> group, Set<String> by) {
        Set<String> needed = new HashSet<>(by);
        for (int before = 0; before < needed.size(); ) {
            before = needed.size();
            for (PendingAppend pending : group) {
                if (shares(pending, needed)) {
                    needed.addAll(pending.channels());
                }
            }
        }
        List<PendingAppend> others = new ArrayList<>();
        for (PendingAppend pending : group) {
            busy.removeAll(pending.channels());
            if (shares(pending, needed)) {
                pending.held().set(true);
                held.add(pending);
            } else {
                others.add(pending);
            }
        }
        toFront(others);
    }

    private static boolean shares(PendingAppend pending, Set<String> channels) {
        if (channels.isEmpty()) {
            return false;
        }
        for (String channel : pending.channels()) {
            if (channels.contains(channel)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the next group of appends to locked channels, and reserves their channels as {@link #next} does. */
    synchronized List<PendingAppend> nextHeld() {
        List<PendingAppend> group = new ArrayList<>();
        int appends = 0;
        long size = 0;
        for (PendingAppend pending = held.peek(); pending != null; pending = held.peek()) {
            appends += pending.appends().size();
            size += pending.bytes();
            if (!group.isEmpty() && (appends > groupAppends || size > groupBytes)) {
                break;
            }
            held.remove();
            if (pending.result().isDone()) {
                left(pending);
            } else {
                group.add(pending);
            }
        }
        group.forEach(pending -> busy.addAll(pending.channels()));
        heldUnderWay = group;
        return group;
    }

    synchronized boolean somebodyHolds() {
        return !held.isEmpty();
    }

    private void toFront(List<PendingAppend> all) {
        for (int i = all.size() - 1; i >= 0; i--) {
            waiting.addFirst(all.get(i));
        }
    }

    /** Removes and returns the waiting appends that were due before a moment of {@link System#nanoTime}. */
    synchronized List<PendingAppend> overdue(long now) {
        List<PendingAppend> all = take(waiting, pending -> now - pending.due() > 0);
        all.addAll(take(held, pending -> now - pending.due() > 0));
        return all;
    }

    /** Removes and returns all waiting appends. */
    synchronized List<PendingAppend> drain() {
        List<PendingAppend> all = take(waiting, pending -> true);
        all.addAll(take(held, pending -> true));
        return all;
    }

    private List<PendingAppend> take(Collection<PendingAppend> from, Predicate<PendingAppend> which) {
        List<PendingAppend> taken = new ArrayList<>();
        for (Iterator<PendingAppend> all = from.iterator(); all.hasNext(); ) {
            PendingAppend pending = all.next();
            if (which.test(pending)) {
                all.remove();
                left(pending);
                taken.add(pending);
            }
        }
        return taken;
    }

    private void left(PendingAppend pending) {
        callers--;
        bytes -= pending.weight();
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Callers whose appends wait or are under way. */
    synchronized int callers() {
        return callers;
    }
}
