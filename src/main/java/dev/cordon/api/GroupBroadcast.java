package dev.cordon.api;

import dev.cordon.log.Append;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserGroups;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.publish.PublishReceipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The method {@code broadcast} for a group: publishes to one channel of each member (ADR 0038). It reads the group page by
 * page and publishes in chunks, so a large group takes neither one large transaction nor one large answer. Who is a
 * member all the while gets the message once; who is added or removed meanwhile gets it once or not. Thread-safe.
 */
final class GroupBroadcast {
    /** Most users of a group that an answer names because of a failure. The answer counts all. */
    static final int MAX_NAMED = 100;

    /** Most users that the group broadcasts of one request reach. A single broadcast may reach more. */
    static final int MAX_REACHED = 10_000;

    private final UserGroups groups;
    private final PublishMethods publishing;
    private final Supplier<ApiSettings> settings;
    private final ApiCounters counters;

    GroupBroadcast(UserGroups groups, PublishMethods publishing, Supplier<ApiSettings> settings, ApiCounters counters) {
        this.groups = groups;
        this.publishing = publishing;
        this.settings = settings;
        this.counters = counters;
    }

    /** Publishes to the channels of a request, or to those of a group. */
    Result broadcast(Parameters parameters, PublishBatch batch) {
        Optional<GroupName> group = parameters.group();
        if (group.isEmpty()) {
            if (parameters.fields().has("topic")) {
                throw new RejectedException(
                        Rejected.BAD_REQUEST, "topic goes with a group: the names of channels have their topics");
            }
            if (!parameters.fields().has("channels")) {
                throw new RejectedException(Rejected.BAD_REQUEST, "channels is missing: give channels, or a group");
            }
            return publishing.broadcast(parameters, batch);
        }
        if (parameters.fields().has("channels")) {
            throw new RejectedException(Rejected.BAD_REQUEST, "give channels, or a group, and not both");
        }
        Topic topic = new Topic(parameters.fields().string("topic", ""));
        Payload data = parameters.data(settings.get().maxMessageBytes());
        Optional<String> key = parameters.idempotencyKey();
        parameters.checkData(key);
        if (parameters.skipsHistory(key)) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST, "skip_history is not supported in a broadcast to a group: name the channels");
        }
        UserGroups.Members first = groups.members(group.get(), Optional.empty(), UserGroups.MAX_PAGE);
        if (first.size() == 0) {
            throw GroupMethods.unknown();
        }
        batch.reaches(first.size());
        return new Run(group.get(), topic, data, key, batch).over(first);
    }

    /** The part of the channels' names before the user. */
    private record Topic(String name) {
        /** @throws RejectedException if no channel has such a topic, or it is reserved */
        Topic {
            Parameters.topic(name);
        }

        Channel of(UserId user) {
            return new Channel(name, user);
        }
    }

    /** One broadcast. Confined to the request's thread. */
    private final class Run {
        private final GroupName group;
        private final Topic topic;
        private final Payload data;
        private final Optional<String> key;
        private final PublishBatch batch;
        private final List<Failure> named = new ArrayList<>();
        private int users;
        private int appended;
        private long connections;
        /** Why the rest is not tried; empty while it is. */
        private Optional<RejectedException> stopped = Optional.empty();

        Run(GroupName group, Topic topic, Payload data, Optional<String> key, PublishBatch batch) {
            this.group = group;
            this.topic = topic;
            this.data = data;
            this.key = key;
            this.batch = batch;
        }

        Result over(UserGroups.Members first) {
            UserGroups.Members page = first;
            publish(page.users());
            while (page.more() && stopped.isEmpty()) {
                Optional<UserGroups.Members> next = next(page);
                next.ifPresent(members -> publish(members.users()));
                page = next.orElse(page);
            }
            if (stopped.isPresent()) {
                users = Math.max(users, first.size());
            }
            counters.groupPublishes.add(ApiCounters.Outcome.APPENDED, appended);
            counters.groupPublishes.add(ApiCounters.Outcome.FAILED, users - appended);
            if (stopped.isPresent() && appended == 0) {
                throw stopped.get();
            }
            return this::write;
        }

        private Optional<UserGroups.Members> next(UserGroups.Members page) {
            try {
                return Optional.of(groups.members(group, GroupMethods.last(page.users()), UserGroups.MAX_PAGE));
            } catch (LogUnavailableException e) {
                stopped = Optional.of(PublishBatch.unavailable(e));
                return Optional.empty();
            }
        }

        private void publish(List<UserId> members) {
            int chunk = Math.max(PublishMethods.WRITTEN_TOGETHER, batch.together());
            for (int from = 0; from < members.size() && stopped.isEmpty(); from += chunk) {
                List<UserId> some = members.subList(from, Math.min(from + chunk, members.size()));
                if (batch.together() > 1) {
                    together(some);
                } else {
                    some.forEach(this::one);
                    batch.close();
                }
            }
        }

        private void together(List<UserId> members) {
            users += members.size();
            try {
                batch.publishAll(members.stream()
                                .map(user -> new Append(topic.of(user), data, key))
                                .toList())
                        .forEach(this::stored);
            } catch (RejectedException e) {
                members.forEach(user -> failed(user, e));
            }
        }

        private void one(UserId user) {
            if (stopped.isPresent()) {
                return;
            }
            users++;
            try {
                stored(batch.publish(topic.of(user), data, key));
            } catch (RejectedException e) {
                failed(user, e);
            }
        }

        private void stored(PublishReceipt receipt) {
            appended++;
            connections += receipt.connections();
        }

        private void failed(UserId user, RejectedException why) {
            counters.reject(why.reason());
            if (named.size() < MAX_NAMED) {
                named.add(new Failure(user, why));
            }
            if (why.reason() == Rejected.LOG_UNAVAILABLE) {
                stopped = Optional.of(why);
            }
        }

        private void write(JsonWriter writer) {
            writer.raw("{\"users\":")
                    .number(users)
                    .raw(",\"appended\":")
                    .number(appended)
                    .raw(",\"connections\":")
                    .number(connections)
                    .raw(",\"failed\":")
                    .number(users - appended);
            Result.list(writer.raw(",\"failures\":"), named);
            writer.raw("}");
        }
    }

    /** A user whose channel did not get the message. */
    private record Failure(UserId user, RejectedException why) implements Result {
        @Override
        public void write(JsonWriter writer) {
            why.writeError(writer.raw("{\"user\":").quoted(user.value()).raw(",\"error\":"));
            writer.raw("}");
        }
    }
}
