package dev.cordon.client;

import java.util.Optional;

/**
 * Asks for the users of a group, in pages. The node answers by an error (code {@link #UNKNOWN}) if the group has none.
 *
 * @param group name of the group
 * @param after the {@link GroupMembersResult#next} of the page before; empty for the first page
 * @param limit most users, 1 to 1,000
 */
public record GroupMembers(String group, Optional<String> after, int limit) implements Command<GroupMembersResult> {
    /** The code of the {@link RejectedException} for a group without users: there is no such group. */
    public static final int UNKNOWN = 102;

    public GroupMembers {
        Fields.page(limit);
    }

    /** The first 1,000 users. */
    public GroupMembers(String group) {
        this(group, Optional.empty(), Fields.MAX_PAGE);
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Shows neither the group nor a user. */
    @Override
    public String toString() {
        return "GroupMembers[" + limit + "]";
    }
}
