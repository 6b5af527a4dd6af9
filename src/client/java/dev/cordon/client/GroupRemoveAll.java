package dev.cordon.client;

/**
 * Removes all users of a group, in steps: users who are added meanwhile may stay. Not repeatable: a second one would also
 * remove whom somebody has added since.
 *
 * @param group name of the group
 */
public record GroupRemoveAll(String group) implements Command<GroupChange> {
    @Override
    public boolean repeatable() {
        return false;
    }

    /** Does not show the group. */
    @Override
    public String toString() {
        return "GroupRemoveAll[]";
    }
}
