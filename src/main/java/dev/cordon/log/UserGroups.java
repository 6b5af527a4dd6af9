package dev.cordon.log;

import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * Named sets of users, kept where the log is (ADR 0038). A group begins with its first member and ends with its last, so
 * an empty group and one that never was are the same. Membership lets nobody read anything: it only tells a broadcast
 * whose channels it publishes to.
 *
 * <p>Each change is whole or not at all, and nodes that share the log share the groups: what one has changed, the others
 * read. Memberships are kept until they are removed, also those of users whose channels the log has forgotten.
 *
 * <p>Thread-safe. Where an adapter stores groups outside the process, each method may throw
 * {@link LogUnavailableException}, within a few seconds; a change may have been made then, and may be repeated.
 */
public interface UserGroups extends AutoCloseable {
    /** Most users of one change, and most entries of one page. */
    int MAX_PAGE = 1_000;

    /**
     * Adds users. Those who are members already, or are named twice, count once.
     *
     * @param users 1 to {@link #MAX_PAGE}
     * @throws GroupLimitException if the group or the groups would be larger than allowed; nothing changes then
     */
    Change add(GroupName group, List<UserId> users);

    /**
     * Removes users. Those who are no members are passed over; without such a group nothing changes.
     *
     * @param users 1 to {@link #MAX_PAGE}
     */
    Change remove(GroupName group, List<UserId> users);

    /**
     * Members of a group, in an order that the adapter chooses and never changes. So pages, each from the last user of
     * the one before, tell every user who is a member meanwhile once, and none twice, whatever changes between them.
     *
     * @param after begin behind this user, who need not be a member any more; empty for the beginning
     * @param limit 1 to {@link #MAX_PAGE}
     */
    Members members(GroupName group, Optional<UserId> after, int limit);

    /**
     * Names of groups, in an order as that of {@link #members}.
     *
     * @param after begin behind this group, which need not exist any more; empty for the beginning
     * @param limit 1 to {@link #MAX_PAGE}
     */
    Names groups(Optional<GroupName> after, int limit);

    /** Bytes of the heap that the groups take on this node, about; 0 where they take none. */
    default long footprint() {
        return 0;
    }

    /** Releases resources outside the heap. The groups must not be used afterwards. */
    @Override
    default void close() {}

    /**
     * The result of a change.
     *
     * @param changed number of users who were added or removed
     * @param members number of members afterwards
     */
    record Change(int changed, int members) {}

    /**
     * A page of members.
     *
     * @param more whether others may follow
     * @param size number of all members; 0 if there is no such group
     */
    record Members(List<UserId> users, boolean more, int size) {
        public Members {
            users = List.copyOf(users);
        }
    }

    /**
     * A page of names.
     *
     * @param more whether others may follow
     */
    record Names(List<GroupName> groups, boolean more) {
        public Names {
            groups = List.copyOf(groups);
        }
    }
}
