package dev.cordon.client;

/**
 * The result of a change of a group.
 *
 * @param changed number of users who were added or removed; after a repetition, of those whom the last attempt changed
 * @param members number of users of the group afterwards
 */
public record GroupChange(int changed, int members) {}
