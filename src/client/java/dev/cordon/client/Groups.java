package dev.cordon.client;

import java.util.Optional;

/**
 * Asks for the names of the groups of users, in pages.
 *
 * @param after the {@link GroupsResult#next} of the page before; empty for the first page
 * @param limit most names, 1 to 1,000
 */
public record Groups(Optional<String> after, int limit) implements Command<GroupsResult> {
    public Groups {
        Fields.page(limit);
    }

    /** The first 1,000 groups. */
    public Groups() {
        this(Optional.empty(), Fields.MAX_PAGE);
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Does not show the group. */
    @Override
    public String toString() {
        return "Groups[" + limit + "]";
    }
}
