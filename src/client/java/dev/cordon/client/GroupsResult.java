package dev.cordon.client;

import java.util.List;
import java.util.Optional;

/**
 * A page of groups.
 *
 * @param groups names, in an order of the node's
 * @param next where the next page begins; empty on the last page
 */
public record GroupsResult(List<String> groups, Optional<String> next) {
    public GroupsResult {
        groups = List.copyOf(groups);
    }
}
