package dev.cordon.client;

import java.util.List;
import java.util.Optional;

/**
 * A page of the users of a group.
 *
 * @param users in an order of the node's
 * @param members number of all users of the group
 * @param next where the next page begins; empty on the last page
 */
public record GroupMembersResult(List<String> users, int members, Optional<String> next) {
    public GroupMembersResult {
        users = List.copyOf(users);
    }
}
