package dev.cordon.log;

/**
 * The bounds of groups. A bound that is lowered removes nobody, but lets nobody in.
 *
 * @param maxGroups {@code cordon.groups.max-groups}: most groups
 * @param maxMembers {@code cordon.groups.max-members}: most members of a group
 */
public record GroupLimits(int maxGroups, int maxMembers) {
    /** A group of the largest size is read in pages, and published to in chunks, within one request. */
    private static final int MOST = 100_000;

    public static final GroupLimits DEFAULTS = new GroupLimits(1_000, 10_000);

    /** @throws IllegalArgumentException if a bound is not positive or too large; the message names the setting */
    public GroupLimits {
        check("cordon.groups.max-groups", maxGroups);
        check("cordon.groups.max-members", maxMembers);
    }

    private static void check(String setting, int value) {
        if (value <= 0 || value > MOST) {
            throw new IllegalArgumentException(setting + " must be 1 to " + MOST);
        }
    }

    /**
     * Checks a growing group.
     *
     * @param members number of members that it would have
     * @throws GroupLimitException if these are too many
     */
    public void checkMembers(int members) {
        if (members > maxMembers) {
            throw new GroupLimitException("the group would have " + members
                    + " members, more than cordon.groups.max-members allows (" + maxMembers + ")");
        }
    }

    /**
     * Checks before one more group begins.
     *
     * @param groups number of groups that there are
     * @throws GroupLimitException if there may be no more
     */
    public void checkGroups(long groups) {
        if (groups >= maxGroups) {
            throw new GroupLimitException("there are " + groups
                    + " groups already, and cordon.groups.max-groups allows " + maxGroups
                    + ": remove all users of one that is not needed");
        }
    }
}
