package dev.cordon.client;

import java.util.Collection;
import java.util.List;

/**
 * Adds users to a group, all or none. Its first user begins a group. Users who are in it already are passed over.
 *
 * @param group name of the group, 1 to 128 bytes of UTF-8
 * @param users 1 to 1,000 users
 */
public record GroupAdd(String group, List<String> users) implements Command<GroupChange> {
    public GroupAdd {
        users = Fields.users(users);
    }

    /** A change by any collection of users. */
    public GroupAdd(String group, Collection<String> users) {
        this(group, List.copyOf(users));
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Shows neither the group nor a user. */
    @Override
    public String toString() {
        return "GroupAdd[" + users.size() + " users]";
    }
}
