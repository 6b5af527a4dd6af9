package dev.cordon.api;

import dev.cordon.log.GroupLimitException;
import dev.cordon.log.UserGroups;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The methods {@code group_add}, {@code group_remove} and {@code group_list}. Thread-safe. */
final class GroupMethods {
    private final UserGroups groups;
    private final ApiCounters counters;

    GroupMethods(UserGroups groups, ApiCounters counters) {
        this.groups = groups;
        this.counters = counters;
    }

    /** Adds users to a group, all or none. */
    Result add(Parameters parameters) {
        GroupName group = Parameters.required(parameters.group(), "group");
        List<UserId> users = parameters.users("");
        UserGroups.Change change = within(() -> groups.add(group, users));
        counters.groupChanges.add(change.changed());
        return changed("{\"added\":", change);
    }

    /** Removes users from a group, or all of them page by page. */
    Result remove(Parameters parameters) {
        GroupName group = Parameters.required(parameters.group(), "group");
        boolean all = parameters.fields().bool("all");
        if (all && parameters.fields().has("users")) {
            throw new RejectedException(Rejected.BAD_REQUEST, "give users, or all, and not both");
        }
        UserGroups.Change change =
                all ? removeAll(group) : groups.remove(group, parameters.users(", or \"all\":true to remove all"));
        counters.groupChanges.add(change.changed());
        return changed("{\"removed\":", change);
    }

    /** Users who are added behind the page that is being removed are removed too; the others stay. */
    private UserGroups.Change removeAll(GroupName group) {
        UserGroups.Members page = groups.members(group, Optional.empty(), UserGroups.MAX_PAGE);
        UserGroups.Change last = new UserGroups.Change(0, page.size());
        int removed = 0;
        while (!page.users().isEmpty()) {
            last = groups.remove(group, page.users());
            removed += last.changed();
            page = groups.members(group, last(page.users()), UserGroups.MAX_PAGE);
        }
        return new UserGroups.Change(removed, last.members());
    }

    private static Result changed(String begin, UserGroups.Change change) {
        return writer -> writer.raw(begin)
                .number(change.changed())
                .raw(",\"members\":")
                .number(change.members())
                .raw("}");
    }

    /** Lists the groups, or the members of one. */
    Result list(Parameters parameters, PublishBatch batch) {
        long limit = parameters.fields().integer("limit", UserGroups.MAX_PAGE);
        if (limit < 1 || limit > UserGroups.MAX_PAGE) {
            throw new RejectedException(Rejected.BAD_REQUEST, "limit must be 1 to " + UserGroups.MAX_PAGE);
        }
        Optional<GroupName> group = parameters.group();
        batch.checkRoomToTell();
        return group.isPresent()
                ? members(group.get(), parameters.named("after", UserId::new), (int) limit, batch)
                : names(parameters.named("after", GroupName::new), (int) limit, batch);
    }

    private Result members(GroupName group, Optional<UserId> after, int limit, PublishBatch batch) {
        UserGroups.Members page = groups.members(group, after, limit);
        if (page.size() == 0) {
            throw unknown();
        }
        return page(
                "{\"members\":" + page.size() + ",\"users\":",
                page.users().stream().map(UserId::value).toList(),
                page.more(),
                batch);
    }

    private Result names(Optional<GroupName> after, int limit, PublishBatch batch) {
        UserGroups.Names page = groups.groups(after, limit);
        return page("{\"groups\":", page.groups().stream().map(GroupName::value).toList(), page.more(), batch);
    }

    private static Result page(String begin, List<String> names, boolean more, PublishBatch batch) {
        batch.tells(names.stream());
        return writer -> {
            writer.raw(begin).value(names);
            if (more) {
                writer.raw(",\"next\":").quoted(names.get(names.size() - 1));
            }
            writer.raw("}");
        };
    }

    /** The rejection for a group without members. */
    static RejectedException unknown() {
        return new RejectedException(
                Rejected.UNKNOWN_GROUP, "there is no such group: group_add begins it, and its last user ends it");
    }

    private static <T> T within(Supplier<T> change) {
        try {
            return change.get();
        } catch (GroupLimitException e) {
            throw new RejectedException(Rejected.TOO_LARGE, String.valueOf(e.getMessage()));
        }
    }

    /** Where the next page begins: behind the last entry of this one. */
    static Optional<UserId> last(List<UserId> users) {
        return users.isEmpty() ? Optional.empty() : Optional.of(users.get(users.size() - 1));
    }
}
