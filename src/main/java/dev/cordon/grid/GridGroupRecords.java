package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.LocalMapStats;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.GroupName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The records of groups on the grid: one for each group, with all its users, encrypted, which changes by compare and set.
 * Beside it stands the group's name alone, so that a list of groups reads no users. A group begins and ends under one
 * lock of all nodes, so that the number of groups is known meanwhile. Thread-safe.
 */
final class GridGroupRecords {
    private static final byte FORM = 1;
    private static final int PAGE = 256;
    private static final String LOCK = "begin";
    /** Longest wait for the lock, and longest time for which a node may have it. */
    private static final long LOCK_SECONDS = 3;

    private static final long LEASE_SECONDS = 10;
    private static final System.Logger LOG = System.getLogger(GridGroupRecords.class.getName());

    private final IMap<String, byte[]> records;
    private final IMap<String, byte[]> titles;
    private final GridNames names;
    private final GridCipher cipher;

    /** @param prefix of the names of the log's structures */
    GridGroupRecords(HazelcastInstance hazelcast, String prefix, GridNames names, GridCipher cipher) {
        this.records = hazelcast.getMap(prefix + "groups");
        this.titles = hazelcast.getMap(prefix + "group-names");
        this.names = names;
        this.cipher = cipher;
    }

    /** The users of a group, in the order of their names. */
    record Group(GroupName name, List<String> users) {
        Group {
            users = List.copyOf(users);
        }

        byte[] encode() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeByte(FORM);
                out.writeUTF(name.value());
                out.writeInt(users.size());
                for (String user : users) {
                    out.writeUTF(user);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }
    }

    /**
     * A group as it was read.
     *
     * @param key of its record
     * @param record the record, to be replaced; not copied
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Found(String key, byte[] record, Group group) {}

    IMap<String, byte[]> map() {
        return records;
    }

    Optional<Found> find(GroupName name) {
        return find(names.group(name));
    }

    private Optional<Found> find(String key) {
        byte @Nullable [] record = records.get(key);
        return record == null ? Optional.empty() : Optional.of(new Found(key, record, decode(key, record)));
    }

    private Group decode(String key, byte[] record) {
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(cipher.decrypt(records.getName(), key, record)))) {
            if (in.readByte() != FORM) {
                throw new LogUnavailableException("a group on the grid has a form that this version does not know");
            }
            GroupName name = new GroupName(in.readUTF());
            int size = in.readInt();
            List<String> users = new ArrayList<>(size);
            while (users.size() < size) {
                users.add(in.readUTF());
            }
            return new Group(name, users);
        } catch (GridCipher.UnreadableException | IOException e) {
            throw new LogUnavailableException("a group on the grid cannot be read: " + e.getMessage());
        }
    }

    /** Returns false if the record is another one meanwhile. */
    boolean replace(Found before, Group after) {
        return records.replace(before.key(), before.record(), encrypted(before.key(), after));
    }

    private byte[] encrypted(String key, Group group) {
        return cipher.encrypt(records.getName(), key, group.encode());
    }

    /** Stores a new group. Call it under the lock. Returns false if there is one meanwhile. */
    boolean create(Group group) {
        String key = names.group(group.name());
        titles.set(key, title(key, group.name()));
        return records.putIfAbsent(key, encrypted(key, group)) == null;
    }

    private byte[] title(String key, GroupName name) {
        return cipher.encrypt(titles.getName(), key, name.value().getBytes(StandardCharsets.UTF_8));
    }

    /** Removes a group. Call it under the lock. Returns false if the record is another one meanwhile. */
    boolean remove(Found group) {
        boolean removed = records.remove(group.key(), group.record());
        if (removed) {
            titles.delete(group.key());
        }
        return removed;
    }

    /** Runs the work while no other node begins or ends a group. */
    boolean exclusively(BooleanSupplier work) {
        boolean locked = false;
        try {
            locked = titles.tryLock(LOCK, LOCK_SECONDS, TimeUnit.SECONDS, LEASE_SECONDS, TimeUnit.SECONDS);
            if (!locked) {
                throw new LogUnavailableException("too many groups begin or end on the grid at the same time");
            }
            return work.getAsBoolean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while waiting for the grid");
        } finally {
            if (locked) {
                unlock();
            }
        }
    }

    private void unlock() {
        try {
            titles.unlock(LOCK);
        } catch (IllegalMonitorStateException e) {
            LOG.log(Level.DEBUG, "The lock of the groups was lost: its time was over", e);
        }
    }

    /** Number of groups. */
    int count() {
        return records.size();
    }

    /** Keys of groups in their order, behind that of a name. */
    List<String> keys(Optional<GroupName> after) {
        String from = after.map(names::group).orElse("");
        return records.keySet().stream()
                .filter(key -> key.compareTo(from) > 0)
                .sorted()
                .toList();
    }

    /** Names of groups by their keys, without those that have ended meanwhile. */
    List<GroupName> names(List<String> keys) {
        Map<String, byte[]> found = titles.getAll(Set.copyOf(keys));
        List<GroupName> all = new ArrayList<>(keys.size());
        for (String key : keys) {
            byte @Nullable [] title = found.get(key);
            if (title != null) {
                all.add(name(key, title));
            } else {
                // Its partition was lost, and that of the group was not.
                find(key).ifPresent(group -> {
                    titles.set(key, title(key, group.group().name()));
                    all.add(group.group().name());
                });
            }
        }
        return all;
    }

    private GroupName name(String key, byte[] title) {
        try {
            return new GroupName(new String(cipher.decrypt(titles.getName(), key, title), StandardCharsets.UTF_8));
        } catch (GridCipher.UnreadableException e) {
            throw new LogUnavailableException("the name of a group on the grid cannot be read: " + e.getMessage());
        }
    }

    /** Bytes of the heap that the groups take on this member, with its backups of others. */
    long bytes() {
        long bytes = 0;
        for (IMap<String, byte[]> map : List.of(records, titles)) {
            LocalMapStats stats = map.getLocalMapStats();
            bytes += stats.getOwnedEntryMemoryCost() + stats.getBackupEntryMemoryCost();
        }
        return bytes;
    }

    /** Encrypts with the present key what is encrypted with another one. */
    void renew() {
        Iterator<Map.Entry<String, byte[]>> groups = Grid.call(() -> records.iterator(PAGE));
        while (Grid.call(groups::hasNext)) {
            Map.Entry<String, byte[]> each = Grid.call(groups::next);
            if (!cipher.current(each.getValue())) {
                Found found = new Found(each.getKey(), each.getValue(), decode(each.getKey(), each.getValue()));
                call(() -> replace(found, found.group()));
            }
        }
        Map<String, byte[]> old = new HashMap<>();
        Iterator<Map.Entry<String, byte[]>> all = Grid.call(() -> titles.iterator(PAGE));
        while (Grid.call(all::hasNext)) {
            Map.Entry<String, byte[]> each = Grid.call(all::next);
            if (!cipher.current(each.getValue())) {
                old.put(each.getKey(), each.getValue());
            }
        }
        old.forEach((key, title) -> call(() -> titles.replace(key, title, title(key, name(key, title)))));
    }

    private static void call(Supplier<Boolean> change) {
        if (!Grid.call(change)) {
            LOG.log(Level.DEBUG, "A group was changed while its key was");
        }
    }
}
