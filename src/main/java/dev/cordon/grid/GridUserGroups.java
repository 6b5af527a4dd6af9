package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.OperationTimeoutException;
import dev.cordon.grid.GridGroupRecords.Found;
import dev.cordon.grid.GridGroupRecords.Group;
import dev.cordon.heap.HeapShare;
import dev.cordon.log.GroupLimitException;
import dev.cordon.log.GroupLimits;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserGroups;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Groups in the heaps of the grid's members. They survive the loss of one member, as the log there does. Each change writes
 * the whole group, so many users are better added by one call than by many. Bounded by the settings, by
 * {@link HeapShare#GROUPS} on each member, and to {@link #MOST_BYTES} for each group. Thread-safe.
 */
final class GridUserGroups implements UserGroups {
    /** Most bytes of names in one group: a record moves between members as a whole. */
    static final int MOST_BYTES = 4 * 1024 * 1024;

    /** Bytes that a name takes in a record, without its characters. */
    private static final int NAME_BYTES = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final System.Logger LOG = System.getLogger(GridUserGroups.class.getName());

    private final GridNames names;
    private final GridGroupRecords records;
    private final GridQuorum quorum;
    private final GridAvailability availability;
    private final Supplier<GroupLimits> limits;
    private final long mostHeap;

    /** @param prefix of the names of the log's structures */
    GridUserGroups(HazelcastInstance hazelcast, String prefix, GridKeys keys, Supplier<GroupLimits> limits) {
        this(hazelcast, prefix, keys, limits, HeapShare.GROUPS.bytes());
    }

    /** @param mostHeap most heap of all groups on this member, in bytes */
    GridUserGroups(
            HazelcastInstance hazelcast, String prefix, GridKeys keys, Supplier<GroupLimits> limits, long mostHeap) {
        GridCipher cipher = new GridCipher(keys);
        this.names = new GridNames(hazelcast, prefix, cipher);
        this.records = new GridGroupRecords(hazelcast, prefix, names, cipher);
        this.quorum = new GridQuorum(hazelcast, records.map().getName());
        this.availability = new GridAvailability(hazelcast, records.map());
        this.limits = limits;
        this.mostHeap = mostHeap;
    }

    /** A change of a copy of a group's users. It may be tried more than once. */
    private interface Edit {
        /** Returns the number of users who were added or removed. */
        int of(NavigableSet<String> users);
    }

    @Override
    public Change add(GroupName group, List<UserId> users) {
        return availability.watch(() -> change(group, members -> {
            int before = members.size();
            users.forEach(user -> members.add(user.value()));
            if (members.size() > before) {
                check(members, before);
            }
            return members.size() - before;
        }));
    }

    private void check(NavigableSet<String> members, int before) {
        limits.get().checkMembers(members.size());
        long bytes = 0;
        for (String each : members) {
            bytes += NAME_BYTES + 3L * each.length();
        }
        if (bytes > MOST_BYTES) {
            throw new GroupLimitException("the group would have " + bytes + " bytes, and on the grid it may have "
                    + MOST_BYTES + ": make it smaller");
        }
        long heap = records.bytes() + bytes / members.size() * (members.size() - before);
        if (heap > mostHeap) {
            throw new GroupLimitException("the groups would have " + heap + " bytes of this node's heap, and may have "
                    + mostHeap + ": remove users, give the processes more heap, or keep the log in a database");
        }
    }

    @Override
    public Change remove(GroupName group, List<UserId> users) {
        return availability.watch(() -> change(group, members -> {
            int before = members.size();
            users.forEach(user -> members.remove(user.value()));
            return before - members.size();
        }));
    }

    /** Changes a group. What may have been stored without a backup is stored once more. */
    private Change change(GroupName name, Edit edit) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        boolean unknown = false;
        int changed = 0;
        while (true) {
            Optional<Found> found = records.find(name);
            NavigableSet<String> users =
                    new TreeSet<>(found.map(Found::group).map(Group::users).orElse(List.of()));
            int edited = edit.of(users);
            changed = Math.max(changed, edited);
            if ((edited == 0 && !unknown) || (found.isEmpty() && users.isEmpty())) {
                return new Change(changed, users.size());
            }
            try {
                if (stored(found, new Group(name, List.copyOf(users)))) {
                    quorum.confirm();
                    return new Change(changed, users.size());
                }
                changed = unknown ? changed : 0;
            } catch (IndeterminateOperationStateException | OperationTimeoutException e) {
                LOG.log(Level.DEBUG, "It is not known whether a group was changed", e);
                unknown = true;
            }
            if (System.nanoTime() - until > 0) {
                throw new LogUnavailableException("the group on the data grid could not be changed in time");
            }
        }
    }

    private boolean stored(Optional<Found> found, Group after) {
        if (found.isEmpty()) {
            return records.exclusively(() -> {
                limits.get().checkGroups(records.count());
                return records.create(after);
            });
        }
        return after.users().isEmpty()
                ? records.exclusively(() -> records.remove(found.get()))
                : records.replace(found.get(), after);
    }

    @Override
    public Members members(GroupName group, Optional<UserId> after, int limit) {
        return availability.watch(() -> {
            List<String> users =
                    records.find(group).map(Found::group).map(Group::users).orElse(List.of());
            int from = after.map(user -> behind(users, user.value())).orElse(0);
            int to = Math.min(users.size(), from + limit);
            return new Members(
                    users.subList(from, to).stream().map(UserId::new).toList(), to < users.size(), users.size());
        });
    }

    private static int behind(List<String> users, String user) {
        int at = Collections.binarySearch(users, user);
        return at < 0 ? -1 - at : at + 1;
    }

    @Override
    public Names groups(Optional<GroupName> after, int limit) {
        return availability.watch(() -> {
            List<String> keys = records.keys(after);
            List<GroupName> names = new ArrayList<>();
            int from = 0;
            while (names.isEmpty() && from < keys.size()) {
                int to = Math.min(keys.size(), from + limit);
                names.addAll(records.names(keys.subList(from, to)));
                from = to;
            }
            return new Names(names, from < keys.size());
        });
    }

    @Override
    public long footprint() {
        return records.bytes();
    }

    @Override
    public void close() {
        quorum.close();
        names.close();
    }
}
