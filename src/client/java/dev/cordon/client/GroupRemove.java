package dev.cordon.client;

import java.util.Collection;
import java.util.List;

/**
 * Removes users from a group. Users who are not in it are passed over. Its last user ends a group.
 *
 * @param group name of the group
 * @param users 1 to 1,000 users
 */
public record GroupRemove(String group, List<String> users) implements Command<GroupChange> {
    public GroupRemove {
        users = Fields.users(users);
    }

    /** A change by any collection of users. */
    public GroupRemove(String group, Collection<String> users) {
        this(group, List.copyOf(users));
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Shows neither the group nor a user. */
    @Override
    public String toString() {
        return "GroupRemove[" + users.size() + " users]";
    }
}
