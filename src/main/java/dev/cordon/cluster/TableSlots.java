package dev.cordon.cluster;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.Limits;
import dev.cordon.manager.ManagerKey;
import dev.cordon.manager.SerialDrain;
import dev.cordon.manager.SlotClaim;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Slots in a table that the nodes share (ADR 0025). One change of the table at a time is under way; the claims and
 * releases that come meanwhile share the next. A slot that this node has already is granted to further connections of
 * its session without the table.
 *
 * <p>Thread-safe. The other answers come on a thread of the table. Longer than other classes because the states of a slot
 * belong together with what moves them.
 */
public final class TableSlots implements SharedSlots {
    /** Most sessions of one change. */
    public static final int MAX_SESSIONS = 64;

    /** Turns between two comparisons of the table with what this node holds: ten minutes. */
    public static final int TURNS = 300;

    /** Most slots of dead nodes that one change removes. The rest waits for the next turn, claims meanwhile do not. */
    public static final int MAX_REMOVED = 5_000;

    /** Most users of one probe. */
    private static final int MAX_USERS = 256;

    private static final System.Logger LOG = System.getLogger(TableSlots.class.getName());

    private final SlotTable table;
    private final Supplier<Limits> limits;
    private final ClusterCounters counters;
    private final ConcurrentHashMap<ManagerKey, Slot> slots = new ConcurrentHashMap<>();
    private final Queue<ManagerKey> queue = new ConcurrentLinkedQueue<>();
    /** Slots whose last transaction failed. The next turn tries again. */
    private final Set<ManagerKey> failed = ConcurrentHashMap.newKeySet();

    private final Set<UserId> probed = ConcurrentHashMap.newKeySet();
    private final Queue<DisconnectOrder> evictions = new ConcurrentLinkedQueue<>();
    private final SerialDrain drain = new SerialDrain();
    private volatile Consumer<ManagerKey> whenLost = key -> {};
    /** The number of this node's membership of the directory; another one after each return. */
    private volatile long member = SlotTable.NO_MEMBER;

    private volatile boolean compareDue;
    /** Whether the last comparison has left slots of dead nodes. */
    private volatile boolean moreLeft;
    /** Confined to the cluster's duty. */
    private int turns;

    public TableSlots(SlotTable table, Supplier<Limits> limits, ClusterCounters counters) {
        this.table = table;
        this.limits = limits;
        this.counters = counters;
    }

    /** Whether the table has a session's slot under this node's membership. */
    private enum Stored {
        NO,
        YES,
        /** A transaction is under way, or its outcome is not known. */
        UNKNOWN
    }

    /** A session's slot on this node. Used only in the atomic step for its entry of the map. */
    private static final class Slot {
        private final long since = System.nanoTime();
        private final List<ConnectionId> holders = new ArrayList<>(1);
        private final List<Claimant> claimants = new ArrayList<>(1);
        private Stored stored = Stored.NO;
        private boolean queued;

        boolean wanted() {
            return !holders.isEmpty() || !claimants.isEmpty();
        }

        /** Whether the table has what this node wants. */
        boolean settled() {
            return stored == (wanted() ? Stored.YES : Stored.NO);
        }

        List<Claimant> takeClaimants() {
            List<Claimant> taken = List.copyOf(claimants);
            claimants.clear();
            return taken;
        }
    }

    private record Claimant(ConnectionId connection, Consumer<SlotClaim> then) {}

    /** What one transaction changes. */
    private record Changes(List<ManagerKey> releases, List<SlotTable.Claim> claims) {
        int size() {
            return releases.size() + claims.size();
        }
    }

    @Override
    public void whenLost(Consumer<ManagerKey> hearer) {
        whenLost = hearer;
    }

    @Override
    public void claim(ManagerKey key, ConnectionId connection, Consumer<SlotClaim> then) {
        if (member == SlotTable.NO_MEMBER || table.lost()) {
            then.accept(SlotClaim.UNAVAILABLE);
            return;
        }
        boolean[] granted = new boolean[1];
        slots.compute(key, (of, existing) -> {
            Slot slot = existing == null ? new Slot() : existing;
            granted[0] = slot.stored == Stored.YES;
            if (granted[0]) {
                slot.holders.add(connection);
            } else {
                slot.claimants.add(new Claimant(connection, then));
                enqueue(key, slot);
            }
            return slot;
        });
        if (granted[0]) {
            then.accept(SlotClaim.GRANTED);
        } else {
            begin();
        }
    }

    /** Queues a slot, in the atomic step for it. */
    private void enqueue(ManagerKey key, Slot slot) {
        if (!slot.queued) {
            slot.queued = true;
            queue.add(key);
        }
    }

    @Override
    public boolean holds(ManagerKey key, ConnectionId connection) {
        boolean[] held = new boolean[1];
        slots.computeIfPresent(key, (of, slot) -> {
            held[0] = slot.holders.contains(connection);
            return slot;
        });
        return held[0];
    }

    @Override
    public void release(ManagerKey key, ConnectionId connection) {
        boolean[] last = new boolean[1];
        slots.computeIfPresent(key, (of, slot) -> {
            last[0] = slot.holders.remove(connection) && !slot.wanted();
            if (last[0]) {
                enqueue(key, slot);
            }
            return slot;
        });
        if (last[0]) {
            begin();
        }
    }

    @Override
    public void probe(UserId user) {
        probed.add(user);
        begin();
    }

    @Override
    public void evict(ManagerKey key) {
        evictions.add(new DisconnectOrder(
                key.user(), Optional.of(key.session()), Optional.empty(), Disconnect.CONNECTION_LIMIT));
        begin();
    }

    @Override
    public void turn() {
        long present = table.member();
        if (present != member) {
            // Before the slots: what a transaction of the former membership brings counts no more.
            member = present;
            claimAllAgain();
        }
        for (Iterator<ManagerKey> all = failed.iterator(); all.hasNext(); ) {
            ManagerKey key = all.next();
            all.remove();
            slots.computeIfPresent(key, (of, slot) -> {
                enqueue(key, slot);
                return slot;
            });
        }
        turns++;
        if (turns % TURNS == 0 || moreLeft) {
            moreLeft = false;
            compareDue = true;
        }
        begin();
    }

    /** The slots of the former membership count no more. The sessions that have had theirs for longest come first. */
    private void claimAllAgain() {
        record Held(ManagerKey key, long since) {}
        slots.entrySet().stream()
                .map(entry -> new Held(entry.getKey(), entry.getValue().since))
                .sorted(Comparator.comparingLong(Held::since))
                .forEach(held -> slots.computeIfPresent(held.key(), (key, slot) -> {
                    slot.stored = Stored.NO;
                    enqueue(key, slot);
                    return slot;
                }));
    }

    private void begin() {
        if (drain.enter()) {
            try {
                table.execute(() -> drain.serve(this::work));
            } catch (LogUnavailableException e) {
                LOG.log(Level.DEBUG, "Slots wait for the log: {0}", e.getMessage());
                drain.serve(this::failAll);
            }
        }
    }

    /** Does all that waits. Never throws: the drain would not go on. */
    private void work() {
        sendRequests();
        if (compareDue) {
            compareDue = false;
            guarded(this::compare, "The slots could not be compared with their table");
        }
        while (!queue.isEmpty()) {
            long as = member;
            Changes changes = take();
            if (changes.size() > 0) {
                transact(as, changes);
            }
            // Here too: while many connect, the queue is not empty for long, and the denied would not be probed.
            sendRequests();
        }
    }

    private void sendRequests() {
        guarded(this::sendEvictions, "Sessions could not be evicted");
        guarded(this::sendProbes, "Users could not be probed");
    }

    /** Returns whether the work was done. */
    private boolean guarded(Runnable work, String failure) {
        try {
            work.run();
            return true;
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, failure, e);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, failure, e);
        }
        return false;
    }

    /** Fails all that waits, because no thread takes it. */
    private void failAll() {
        while (!queue.isEmpty()) {
            failed(take());
        }
    }

    private Changes take() {
        Changes changes = new Changes(new ArrayList<>(), new ArrayList<>());
        long now = System.nanoTime();
        for (ManagerKey key = queue.poll(); key != null; key = queue.poll()) {
            slots.computeIfPresent(key, (of, slot) -> {
                slot.queued = false;
                boolean wanted = slot.wanted();
                if (slot.settled()) {
                    return wanted ? slot : null;
                }
                slot.stored = Stored.UNKNOWN;
                if (wanted) {
                    changes.claims().add(new SlotTable.Claim(of, Duration.ofNanos(now - slot.since)));
                } else {
                    changes.releases().add(of);
                }
                return slot;
            });
            if (changes.size() == MAX_SESSIONS) {
                break;
            }
        }
        return changes;
    }

    private void transact(long as, Changes changes) {
        List<SlotClaim> answers = new ArrayList<>();
        boolean done = as != SlotTable.NO_MEMBER
                && guarded(() -> answers.addAll(change(as, changes)), "Slots could not be claimed or released");
        if (!done) {
            failed(changes);
            return;
        }
        changes.releases().forEach(this::released);
        for (int i = 0; i < answers.size(); i++) {
            claimed(changes.claims().get(i).key(), as, answers.get(i));
        }
    }

    private List<SlotClaim> change(long as, Changes changes) {
        int max = limits.get().maxManagersPerUser();
        SlotTable.Answers answers = table.change(as, max, changes.releases(), changes.claims());
        counters.slotTakeovers.add(answers.freed());
        return answers.claims();
    }

    private void failed(Changes changes) {
        failed.addAll(changes.releases());
        for (SlotTable.Claim claim : changes.claims()) {
            List<Claimant> claimants = new ArrayList<>();
            slots.computeIfPresent(claim.key(), (key, slot) -> {
                claimants.addAll(slot.takeClaimants());
                return slot;
            });
            failed.add(claim.key());
            tell(claimants, SlotClaim.UNAVAILABLE);
        }
    }

    private void released(ManagerKey key) {
        slots.computeIfPresent(key, (of, slot) -> {
            slot.stored = Stored.NO;
            return slot.wanted() ? slot : null;
        });
    }

    private void claimed(ManagerKey key, long as, SlotClaim answer) {
        List<Claimant> claimants = new ArrayList<>();
        boolean[] lost = new boolean[1];
        slots.computeIfPresent(key, (of, slot) -> {
            slot.stored = Stored.NO;
            if (as != member) {
                // Claimed for a membership that is over.
                enqueue(key, slot);
                return slot;
            }
            claimants.addAll(slot.takeClaimants());
            if (answer instanceof SlotClaim.Granted) {
                slot.stored = Stored.YES;
                claimants.forEach(claimant -> slot.holders.add(claimant.connection()));
                if (!slot.settled()) {
                    enqueue(key, slot);
                }
                return slot;
            }
            if (answer instanceof SlotClaim.Denied) {
                lost[0] = !slot.holders.isEmpty();
                return null;
            }
            failed.add(key);
            return slot;
        });
        count(answer, claimants.size());
        tell(claimants, answer);
        if (lost[0]) {
            counters.slotsLost.increment();
            guarded(() -> whenLost.accept(key), "A session without a slot could not be ended");
        }
    }

    private void count(SlotClaim answer, int claimants) {
        if (answer instanceof SlotClaim.Granted) {
            counters.slotsClaimed.increment();
        } else if (answer instanceof SlotClaim.Denied) {
            counters.slotsDenied.add(claimants);
        }
    }

    private static void tell(List<Claimant> claimants, SlotClaim answer) {
        for (Claimant claimant : claimants) {
            try {
                claimant.then().accept(answer);
            } catch (OutOfMemoryError e) {
                OutOfMemory.ends(e);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "The answer to a claim of a slot failed", e);
            }
        }
    }

    private void sendEvictions() {
        for (DisconnectOrder order = evictions.poll(); order != null; order = evictions.poll()) {
            table.send(order);
        }
    }

    private void sendProbes() {
        for (List<UserId> users = takeProbed(); !users.isEmpty(); users = takeProbed()) {
            table.probe(users);
        }
    }

    private List<UserId> takeProbed() {
        List<UserId> taken = new ArrayList<>();
        for (Iterator<UserId> all = probed.iterator(); all.hasNext() && taken.size() < MAX_USERS; ) {
            taken.add(all.next());
            all.remove();
        }
        return taken;
    }

    /** Removes slots that nobody holds: those of dead nodes, and those of this node that it does not know. */
    private void compare() {
        long as = member;
        int left = table.removeLeft(MAX_REMOVED);
        if (left >= MAX_REMOVED) {
            moreLeft = true;
            LOG.log(Level.DEBUG, "Removed {0} slots of dead nodes; there may be more", left);
            return;
        }
        List<ManagerKey> unknown =
                table.of(as).stream().filter(key -> !slots.containsKey(key)).toList();
        for (int from = 0; from < unknown.size(); from += MAX_SESSIONS) {
            change(as, new Changes(unknown.subList(from, Math.min(unknown.size(), from + MAX_SESSIONS)), List.of()));
        }
        LOG.log(
                unknown.isEmpty() ? Level.DEBUG : Level.WARNING,
                "Removed {0} slots of dead nodes and {1} of this node without a connection",
                left,
                unknown.size());
    }

    @Override
    public void close() {
        table.close();
    }

    /** Number of sessions on this node that have a slot or want one. */
    public int size() {
        return slots.size();
    }
}
