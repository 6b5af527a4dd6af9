package dev.cordon.log;

import dev.cordon.heap.HeapShare;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Groups in the memory of this process, which end with it. Bounded by the settings, and by {@link HeapShare#GROUPS}. In the
 * order of their names. Thread-safe: one lock guards all groups, for the time of one page at most.
 */
public final class MemoryUserGroups implements UserGroups {
    /** Heap of one member in bytes, without the characters of its name: an entry of a tree, an id, a text and its array. */
    static final int MEMBER_BYTES = 120;

    private static final int GROUP_BYTES = 256;
    private static final Comparator<UserId> BY_NAME = Comparator.comparing(UserId::value);

    private final Supplier<GroupLimits> limits;
    private final long mostBytes;
    private final Object lock = new Object();
    /** Guarded by {@link #lock}, as the next field is. */
    private final NavigableMap<String, Group> groups = new TreeMap<>();

    private long bytes;

    private record Group(GroupName name, NavigableSet<UserId> members) {}

    public MemoryUserGroups(Supplier<GroupLimits> limits) {
        this(limits, HeapShare.GROUPS.bytes());
    }

    /** @param mostBytes most heap of all groups together, in bytes */
    MemoryUserGroups(Supplier<GroupLimits> limits, long mostBytes) {
        this.limits = limits;
        this.mostBytes = mostBytes;
    }

    @Override
    public Change add(GroupName group, List<UserId> users) {
        GroupLimits most = limits.get();
        synchronized (lock) {
            Group known = groups.get(group.value());
            NavigableSet<UserId> added = new TreeSet<>(BY_NAME);
            added.addAll(users);
            long more = 0;
            if (known == null) {
                most.checkGroups(groups.size());
                more = bytes(group);
            } else {
                added.removeIf(known.members()::contains);
            }
            int size = added.size() + (known == null ? 0 : known.members().size());
            if (!added.isEmpty()) {
                most.checkMembers(size);
                more += added.stream().mapToLong(MemoryUserGroups::bytes).sum();
                checkHeap(more);
                groups.computeIfAbsent(group.value(), name -> new Group(group, new TreeSet<>(BY_NAME)))
                        .members()
                        .addAll(added);
                bytes += more;
            }
            return new Change(added.size(), size);
        }
    }

    private void checkHeap(long more) {
        if (bytes + more > mostBytes) {
            throw new GroupLimitException("the groups have " + bytes + " bytes of the heap, and may have " + mostBytes
                    + ": remove users, give the process more heap, or keep the log in a database");
        }
    }

    private static long bytes(GroupName group) {
        return GROUP_BYTES + 2L * group.value().length();
    }

    private static long bytes(UserId user) {
        return MEMBER_BYTES + 2L * user.value().length();
    }

    @Override
    public Change remove(GroupName group, List<UserId> users) {
        synchronized (lock) {
            Group known = groups.get(group.value());
            if (known == null) {
                return new Change(0, 0);
            }
            int removed = 0;
            for (UserId user : users) {
                if (known.members().remove(user)) {
                    removed++;
                    bytes -= bytes(user);
                }
            }
            if (known.members().isEmpty()) {
                groups.remove(group.value());
                bytes -= bytes(group);
            }
            return new Change(removed, known.members().size());
        }
    }

    @Override
    public Members members(GroupName group, Optional<UserId> after, int limit) {
        synchronized (lock) {
            Group known = groups.get(group.value());
            if (known == null) {
                return new Members(List.of(), false, 0);
            }
            NavigableSet<UserId> rest =
                    after.map(user -> known.members().tailSet(user, false)).orElse(known.members());
            List<UserId> page = first(rest, limit + 1);
            return new Members(
                    upTo(page, limit), page.size() > limit, known.members().size());
        }
    }

    @Override
    public Names groups(Optional<GroupName> after, int limit) {
        synchronized (lock) {
            NavigableMap<String, Group> rest =
                    after.map(group -> groups.tailMap(group.value(), false)).orElse(groups);
            List<GroupName> page =
                    first(rest.values(), limit + 1).stream().map(Group::name).toList();
            return new Names(upTo(page, limit), page.size() > limit);
        }
    }

    private static <T> List<T> first(Iterable<T> all, int most) {
        List<T> first = new ArrayList<>();
        for (T each : all) {
            if (first.size() == most) {
                return first;
            }
            first.add(each);
        }
        return first;
    }

    private static <T> List<T> upTo(List<T> page, int limit) {
        return page.subList(0, Math.min(limit, page.size()));
    }

    @Override
    public long footprint() {
        synchronized (lock) {
            return bytes;
        }
    }
}
