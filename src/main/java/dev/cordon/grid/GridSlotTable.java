package dev.cordon.grid;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.map.IMap;
import dev.cordon.cluster.Orders;
import dev.cordon.cluster.SlotTable;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.PatientThreads;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.ManagerKey;
import dev.cordon.manager.SlotClaim;
import dev.cordon.manager.Slots;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of slots on the grid: a record for each user, encrypted, which changes by compare and set. So two nodes that
 * claim for one user see each other. A slot counts while its member is in the grid: those of a member whose process has
 * ended are free at once. One that this member has not seen yet may have joined just now: its slots count while it beats.
 * When a partition is lost with its backup, each node claims its slots again. Thread-safe.
 */
final class GridSlotTable implements SlotTable {
    private static final byte FORM = 1;
    private static final int PAGE = 256;
    /** Copies beside the first, as the grid's file has them: when so many are lost, a record is. */
    private static final int BACKUPS = 1;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final System.Logger LOG = System.getLogger(GridSlotTable.class.getName());

    private final HazelcastInstance hazelcast;
    private final Cluster cluster;
    private final GridAvailability availability;
    private final IMap<String, byte[]> records;
    /** When each member was last heard, in milliseconds of the grid's time. */
    private final IMap<String, Long> beats;

    private final GridNames names;
    private final GridCipher cipher;
    private final Orders orders;
    private final GridWakeup.Probes probes;
    private final PatientThreads threads = new PatientThreads("cordon-slots");
    private final AtomicLong losses = new AtomicLong();
    /** Members that are in the grid, or were at the last cleanup or after it. */
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    /** This member at the last turn. When a split grid heals it gets another id, and is alone until it has joined again. */
    private volatile String turned = "";

    private final UUID listener;

    /** @param prefix of the names of the log's structures */
    GridSlotTable(HazelcastInstance hazelcast, String prefix, GridKeys keys, Orders orders, GridWakeup.Probes probes) {
        this.cipher = new GridCipher(keys);
        this.hazelcast = hazelcast;
        this.cluster = hazelcast.getCluster();
        this.records = hazelcast.getMap(prefix + "slots");
        this.beats = hazelcast.getMap(prefix + "beats");
        this.availability = new GridAvailability(hazelcast, records);
        this.names = new GridNames(hazelcast, prefix, cipher);
        this.orders = orders;
        this.probes = probes;
        this.listener = hazelcast.getPartitionService().addPartitionLostListener(event -> {
            // Also told when the backup took over.
            if (event.getLostBackupCount() >= BACKUPS) {
                partitionLost();
            }
        });
    }

    /** Slots are lost: the next turn claims those of this node again. */
    void partitionLost() {
        losses.incrementAndGet();
    }

    /** A slot. */
    private record Slot(String session, String member, long since) {}

    private record Users(UserId user, List<Slot> slots) {}

    @Override
    public void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw new LogUnavailableException("too many operations wait for the data grid");
        }
    }

    @Override
    public boolean lost() {
        return availability.lost().isPresent();
    }

    @Override
    public long member() {
        String self = self();
        availability.watch(() -> {
            beats.set(self, cluster.getClusterTime());
            return self;
        });
        turned = self;
        members();
        long number = UUID.fromString(self).getMostSignificantBits() + losses.get();
        return number == NO_MEMBER ? 1 : number;
    }

    private String self() {
        return cluster.getLocalMember().getUuid().toString();
    }

    @Override
    public Answers change(long member, int max, List<ManagerKey> releases, List<Claim> claims) {
        return availability.watch(() -> {
            String self = turned;
            releases.forEach(key -> release(key, self));
            Map<String, Long> heard = beats.getAll(members());
            List<SlotClaim> answers = new ArrayList<>(claims.size());
            int[] freed = new int[1];
            claims.forEach(claim -> answers.add(claim(claim, max, self, heard, freed)));
            return new Answers(answers, freed[0]);
        });
    }

    private Set<String> members() {
        Set<String> members = cluster.getMembers().stream()
                .map(Member::getUuid)
                .map(UUID::toString)
                .collect(Collectors.toSet());
        seen.addAll(members);
        return members;
    }

    /**
     * Says of members whether they have left the grid. For what was read before it was asked for: a read waits until this
     * member has joined.
     */
    private Predicate<String> gone() {
        Set<String> members = members();
        if (!members.contains(turned)) {
            throw new LogUnavailableException("this node is coming back to the data grid");
        }
        Map<String, Boolean> told = new HashMap<>();
        return member -> !members.contains(member)
                && (seen.contains(member) || told.computeIfAbsent(member, each -> silent(beats.get(each))));
    }

    private boolean silent(@Nullable Long beat) {
        return beat == null || beat < cluster.getClusterTime() - Slots.OVERDUE.toMillis();
    }

    private void release(ManagerKey key, String self) {
        change(key.user(), (slots, gone) -> {
            List<Slot> left = new ArrayList<>(slots);
            left.removeIf(slot -> gone.test(slot.member())
                    || (slot.member().equals(self)
                            && slot.session().equals(key.session().value())));
            return left;
        });
    }

    private SlotClaim claim(Claim claim, int max, String self, Map<String, Long> heard, int[] freed) {
        String session = claim.key().session().value();
        SlotClaim[] answer = {SlotClaim.UNAVAILABLE};
        int[] dead = new int[1];
        change(claim.key().user(), (slots, gone) -> {
            List<Slot> left = new ArrayList<>(slots);
            left.removeIf(slot -> gone.test(slot.member()));
            dead[0] = slots.size() - left.size();
            Set<String> others = left.stream().map(Slot::session).collect(Collectors.toCollection(HashSet::new));
            boolean known = others.remove(session);
            if (known || others.size() < max) {
                answer[0] = SlotClaim.GRANTED;
                if (left.stream()
                        .noneMatch(slot ->
                                slot.session().equals(session) && slot.member().equals(self))) {
                    left.add(new Slot(
                            session,
                            self,
                            cluster.getClusterTime() - claim.age().toMillis()));
                }
            } else {
                answer[0] = denied(left, self, heard);
            }
            return left;
        });
        freed[0] += dead[0];
        return answer[0];
    }

    private SlotClaim denied(List<Slot> slots, String self, Map<String, Long> heard) {
        Optional<SessionId> oldest = slots.stream()
                .min(Comparator.comparingLong(Slot::since).thenComparing(Slot::session))
                .map(slot -> new SessionId(slot.session()));
        boolean elsewhere = slots.stream().anyMatch(slot -> !slot.member().equals(self));
        boolean unsure = slots.stream()
                .map(Slot::member)
                .anyMatch(member -> heard.containsKey(member) && silent(heard.get(member)));
        return new SlotClaim.Denied(oldest, elsewhere, unsure);
    }

    /** A change of a user's slots. It may be tried more than once. */
    private interface Change {
        List<Slot> of(List<Slot> slots, Predicate<String> gone);
    }

    /** Changes a user's slots. What may have been stored without a backup is stored once more. */
    private void change(UserId user, Change change) {
        String name = names.user(user);
        long until = System.nanoTime() + PATIENCE.toNanos();
        boolean unknown = false;
        while (true) {
            byte @Nullable [] before = records.get(name);
            List<Slot> slots = before == null ? List.of() : read(name, before).slots();
            List<Slot> after = change.of(slots, gone());
            if (after.equals(slots) && !unknown) {
                return;
            }
            try {
                if (swap(name, before, new Users(user, after))) {
                    return;
                }
            } catch (IndeterminateOperationStateException | OperationTimeoutException e) {
                LOG.log(Level.DEBUG, "It is not known whether slots were changed", e);
                unknown = true;
            }
            if (System.nanoTime() - until > 0) {
                throw new LogUnavailableException("the data grid does not say whether it has stored a slot");
            }
        }
    }

    private boolean swap(String name, byte @Nullable [] before, Users after) {
        if (after.slots().isEmpty()) {
            return before == null || records.remove(name, before);
        }
        byte[] record = cipher.encrypt(records.getName(), name, plain(after));
        return before == null ? records.putIfAbsent(name, record) == null : records.replace(name, before, record);
    }

    private static byte[] plain(Users of) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(plain)) {
            out.writeByte(FORM);
            out.writeUTF(of.user().value());
            out.writeInt(of.slots().size());
            for (Slot slot : of.slots()) {
                out.writeUTF(slot.session());
                out.writeUTF(slot.member());
                out.writeLong(slot.since());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return plain.toByteArray();
    }

    private Users read(String name, byte[] record) {
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(cipher.decrypt(records.getName(), name, record)))) {
            if (in.readByte() != FORM) {
                throw new LogUnavailableException("slots on the grid have a form that this version does not know");
            }
            UserId user = new UserId(in.readUTF());
            List<Slot> slots = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                slots.add(new Slot(in.readUTF(), in.readUTF(), in.readLong()));
            }
            return new Users(user, slots);
        } catch (GridCipher.UnreadableException | IOException e) {
            throw new LogUnavailableException("slots on the grid cannot be read: " + e.getMessage());
        }
    }

    @Override
    public int removeLeft(int most) {
        return availability.watch(() -> {
            int[] removed = new int[1];
            for (Users each : all()) {
                change(each.user(), (slots, gone) -> {
                    List<Slot> left = new ArrayList<>(slots);
                    left.removeIf(slot -> gone.test(slot.member()));
                    removed[0] += slots.size() - left.size();
                    return left;
                });
                if (removed[0] >= most) {
                    return removed[0];
                }
            }
            Set<String> heard = beats.keySet();
            heard.stream().filter(gone()).forEach(beats::delete);
            seen.retainAll(members());
            return removed[0];
        });
    }

    private List<Users> all() {
        List<Users> all = new ArrayList<>();
        records.iterator(PAGE).forEachRemaining(each -> all.add(read(each.getKey(), each.getValue())));
        return all;
    }

    @Override
    public List<ManagerKey> of(long member) {
        return availability.watch(() -> {
            String self = self();
            List<ManagerKey> found = new ArrayList<>();
            for (Users each : all()) {
                each.slots().stream()
                        .filter(slot -> slot.member().equals(self))
                        .forEach(slot -> found.add(new ManagerKey(each.user(), new SessionId(slot.session()))));
            }
            return found;
        });
    }

    @Override
    public void send(DisconnectOrder order) {
        orders.send(order);
    }

    @Override
    public void probe(List<UserId> users) {
        Grid.call(() -> {
            probes.send(users);
            return users;
        });
    }

    @Override
    public void close() {
        Grid.unlisten(() -> hazelcast.getPartitionService().removePartitionLostListener(listener));
        names.close();
        // Without an interrupt: a slot whose release is lost would count for as long as the member is there.
        threads.finish();
    }
}
