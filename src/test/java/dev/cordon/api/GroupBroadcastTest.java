package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.jdbc.TestDatabase;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.GroupLimits;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.MemoryUserGroups;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GroupBroadcastTest {
    private static final GroupName ROOM = new GroupName("room");
    private static final String HELLO = "{\"group\":\"room\",\"data\":{\"text\":\"hello\"}}";

    private final ApiNode node = new ApiNode();

    /** What a broadcast over a log in memory answers. */
    private static String done(int users, int connections) {
        return "{\"result\":{\"users\":" + users + ",\"appended\":" + users + ",\"connections\":" + connections
                + ",\"failed\":0,\"failures\":[]}}";
    }

    private static List<UserId> users(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> new UserId("user-" + i)).toList();
    }

    private static void fill(ApiNode of, GroupName group, int size) {
        of.groupLimits = new GroupLimits(10, Math.max(size, 1));
        for (int from = 0; from < size; from += UserGroups.MAX_PAGE) {
            of.groups.add(group, users(from, Math.min(size, from + UserGroups.MAX_PAGE)));
        }
    }

    private static List<String> messages(ApiNode of, Channel channel) {
        return of.log.history(channel, Optional.empty(), -1).publications().stream()
                .map(Publication::payload)
                .map(Payload::text)
                .toList();
    }

    private static List<String> messages(ApiNode of, UserId user) {
        return messages(of, Channel.personal(user));
    }

    @Test
    @DisplayName("each member gets the message in a channel of its own, and nobody else gets it")
    void publishesToTheChannelOfEachMember() {
        Client ann = node.client("ann", "laptop");
        Client phone = node.client("ann", "phone");
        Client bob = node.client("bob", "laptop");
        Client carl = node.client("carl", "laptop");
        node.call("publish", "{\"channel\":\"#bob\",\"data\":0}");
        node.groups.add(ROOM, List.of(new UserId("ann"), new UserId("bob"), new UserId("away")));

        Answer answer = node.call("broadcast", HELLO);

        assertThat(text(answer)).isEqualTo(done(3, 3));
        String toAnn = "{\"push\":{\"channel\":\"#ann\",\"pub\":{\"offset\":1,\"data\":{\"text\":\"hello\"}}}}";
        assertThat(ann.written).containsExactly(toAnn);
        assertThat(phone.written).containsExactly(toAnn);
        assertThat(bob.written)
                .last()
                .isEqualTo("{\"push\":{\"channel\":\"#bob\",\"pub\":{\"offset\":2,\"data\":{\"text\":\"hello\"}}}}");
        assertThat(carl.written).isEmpty();
        assertThat(messages(node, new UserId("away"))).containsExactly("{\"text\":\"hello\"}");
        assertThat(node.log.ledger(new UserId("away")).accepted()).isEqualTo(1);
        assertThat(node.log.stats().appended()).isEqualTo(4);
        assertThat(node.requests.groupPublishes.sum(ApiCounters.Outcome.APPENDED))
                .isEqualTo(3);
        assertThat(node.requests.groupPublishes.sum(ApiCounters.Outcome.FAILED)).isZero();
    }

    @Test
    void publishesToATopicOfEachMember() {
        Client with = node.client("ann", "laptop");
        Client without = node.client("ann", "phone");
        node.subscribe(with, Channel.parse("news#ann"));
        node.groups.add(ROOM, List.of(new UserId("ann"), new UserId("b#b")));

        Answer answer = node.call("broadcast", "{\"group\":\"room\",\"topic\":\"news\",\"data\":1}");

        assertThat(text(answer)).isEqualTo(done(2, 1));
        assertThat(with.written)
                .containsExactly("{\"push\":{\"channel\":\"news#ann\",\"pub\":{\"offset\":1,\"data\":1}}}");
        assertThat(without.written).isEmpty();
        assertThat(messages(node, Channel.parse("news#b#b"))).containsExactly("1");
        assertThat(messages(node, new UserId("ann"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | 102 | {'group':'none','data':1}                          | there is no such group",
                "400 | 107 | {'group':'room'}                                   | data is missing",
                "400 | 107 | {'group':'room','channels':['#ann'],'data':1}      | give channels, or a group, and not both",
                "400 | 107 | {'topic':'news','channels':['#ann'],'data':1}      | topic goes with a group",
                "400 | 107 | {'group':'','data':1}                              | channels is missing",
                "400 | 107 | {'group':'room','topic':'a b','data':1}            | topic is not [A-Za-z0-9_.:-]{0,64}",
                "400 | 107 | {'group':'room','topic':'a#b','data':1}            | topic is not [A-Za-z0-9_.:-]{0,64}",
                "403 | 103 | {'group':'room','topic':'console','data':1}        | the topic console is reserved",
                "400 | 107 | {'group':'room','data':1,'validate':'other'}       | validate must be agent-events",
                "400 | 107 | {'group':'room','data':1,'validate':'agent-events'} | data is no agent event",
                "400 | 107 | {'group':'room','data':1,'idempotency_key':'\\ud83d'} | idempotency_key has half a surrogate pair",
                "400 | 107 | {'group':'room','data':1,'grup':'b'}               | broadcast has no field grup: did you mean group?"
            })
    void rejectsWhatIsNoBroadcast(int status, int code, String json, String message) {
        node.groups.add(ROOM, users(0, 3));

        Answer answer = node.call("broadcast", json.replace('\'', '"'));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":" + code + ",\"message\":\"" + message);
        assertThat(node.log.stats().appended()).isZero();
    }

    @Test
    void rejectsDataBeyondTheLimit() {
        node.groups.add(ROOM, users(0, 3));
        String data = "\"" + "x".repeat(ApiNode.MAX_MESSAGE) + "\"";

        assertThat(node.call("broadcast", "{\"group\":\"room\",\"data\":" + data + "}")
                        .status())
                .isEqualTo(413);
        assertThat(node.log.stats().appended()).isZero();
    }

    @Test
    @DisplayName("a user whom the log has forgotten gets the message as with any publish")
    void reachesForgottenUsers() {
        node.groups.add(ROOM, users(0, 1));
        node.call("broadcast", HELLO);
        node.log.remove(Channel.personal(users(0, 1).get(0)));

        assertThat(text(node.call("broadcast", HELLO))).isEqualTo(done(1, 0));
        assertThat(messages(node, users(0, 1).get(0))).hasSize(1);
    }

    @Test
    @DisplayName("repeated with its idempotency key, a broadcast reaches those whom it did not reach, and nobody twice")
    void anIdempotencyKeyHoldsForEachMember() {
        node.groups.add(ROOM, users(0, 3));
        String request = "{\"group\":\"room\",\"data\":1,\"idempotency_key\":\"order-1\"}";
        Client client = node.client("user-0", "laptop");

        String first = text(node.call("broadcast", request));
        node.groups.add(ROOM, users(3, 4));
        String again = text(node.call("broadcast", request));
        node.call("broadcast", "{\"channels\":[\"#user-0\"],\"data\":1,\"idempotency_key\":\"order-1\"}");

        assertThat(first).isEqualTo(done(3, 1));
        assertThat(again).isEqualTo(done(4, 1));
        assertThat(client.written).hasSize(1);
        for (UserId user : users(0, 4)) {
            assertThat(messages(node, user)).containsExactly("1");
        }
        assertThat(node.publishes.duplicates.sum()).isEqualTo(4);
    }

    @Test
    @DisplayName(
            "a group of 10,000 users is published to in small chunks, in memory too, and answered in one short line")
    void reachesALargeGroup() {
        fill(node, ROOM, 10_000);
        Client first = node.client("user-0", "laptop");
        Client last = node.client("user-9999", "laptop");

        Answer answer = node.call("broadcast", HELLO);

        assertThat(text(answer)).isEqualTo(done(10_000, 2));
        assertThat(node.log.stats().appended()).isEqualTo(10_000);
        assertThat(first.written).hasSize(1);
        assertThat(last.written).hasSize(1);
    }

    @Test
    @DisplayName(
            "one request reaches 10,000 users by its broadcasts to groups; only a single larger group is reached whole")
    void boundsTheUsersOfOneRequest() {
        fill(node, new GroupName("most"), 10_000);
        fill(node, ROOM, 1);
        String most = "{\"broadcast\":{\"group\":\"most\",\"data\":1}}";
        String one = "{\"broadcast\":{\"group\":\"room\",\"data\":1}}";

        String replies = text(node.call("batch", "{\"commands\":[" + most + "," + one + "]}"));

        assertThat(replies)
                .contains("\"appended\":10000")
                .contains(
                        "\"code\":106", "the broadcasts to groups of one request reach more than 10000 users together");
        assertThat(text(node.call("batch", "{\"commands\":[" + one + "," + one + "]}")))
                .doesNotContain("error");
        fill(node, new GroupName("larger"), 11_000);
        assertThat(text(node.call("broadcast", "{\"group\":\"larger\",\"data\":1}")))
                .isEqualTo(done(11_000, 0));
    }

    @Test
    @DisplayName("a user whose channel fails is named and counted, and the others get the message")
    void namesWhomItDidNotReach() {
        ApiNode failing = new ApiNode(log -> new FailingLog(log, "user-1"));
        failing.groups.add(ROOM, users(0, 3));

        Answer answer = failing.call("broadcast", HELLO);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer))
                .isEqualTo("{\"result\":{\"users\":3,\"appended\":2,\"connections\":0,\"failed\":1,\"failures\":["
                        + "{\"user\":\"user-1\",\"error\":{\"code\":100,\"message\":\"the message was not stored: try"
                        + " again\"}}]}}");
        assertThat(messages(failing, users(2, 3).get(0))).hasSize(1);
        assertThat(failing.requests.groupPublishes.sum(ApiCounters.Outcome.FAILED))
                .isEqualTo(1);
        assertThat(failing.requests.rejected(Rejected.TEMPORARY)).isEqualTo(1);
    }

    @Test
    @DisplayName("F48 an answer names 100 users whose channel failed, and counts all")
    void boundsTheNamesInAnAnswer() {
        ApiNode failing = new ApiNode(log -> new ForwardingUserLog() {
            @Override
            public UserLog log() {
                return log;
            }

            @Override
            public Appended append(Channel channel, Payload payload) {
                throw new IllegalStateException("the disk is full");
            }
        });
        failing.groups.add(ROOM, users(0, 300));

        String answer = text(failing.call("broadcast", HELLO));

        assertThat(answer).contains("\"users\":300,\"appended\":0,", "\"failed\":300,");
        assertThat(answer.split("\"user\":", -1)).hasSize(1 + GroupBroadcast.MAX_NAMED);
    }

    /** A log outside the process that is lost after a number of appends. */
    private static final class Remote implements ForwardingUserLog {
        private final UserLog log;
        private final List<Integer> chunks = new ArrayList<>();
        private int left;

        Remote(UserLog log, int left) {
            this.log = log;
            this.left = left;
        }

        @Override
        public UserLog log() {
            return log;
        }

        @Override
        public int batch() {
            return 64;
        }

        @Override
        public List<Appended> appendAll(List<Append> appends) {
            chunks.add(appends.size());
            left -= appends.size();
            if (left < 0) {
                throw new LogUnavailableException("no answer");
            }
            return appends.stream()
                    .map(each -> log.append(each.channel(), each.payload()))
                    .toList();
        }
    }

    @Test
    @DisplayName(
            "a log that is lost in the middle ends the broadcast at once: the chunk that failed is named, the rest is counted")
    void endsWhenTheLogIsLost() {
        List<Remote> remote = new ArrayList<>();
        ApiNode lost = new ApiNode(log -> {
            remote.add(new Remote(log, 128));
            return remote.get(0);
        });
        fill(lost, ROOM, 3_000);

        Answer answer = lost.call("broadcast", HELLO);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer))
                .startsWith(
                        "{\"result\":{\"users\":3000,\"appended\":128,\"connections\":0,\"failed\":2872,\"failures\":["
                                + "{\"user\":\"user-");
        assertThat(text(answer).split("\"error\":\\{\"code\":108", -1)).hasSize(1 + 64);
        assertThat(remote.get(0).chunks).containsExactly(64, 64, 64);
        assertThat(lost.requests.groupPublishes.sum(ApiCounters.Outcome.FAILED)).isEqualTo(2_872);
    }

    @Test
    void answers503IfNothingWasStored() {
        ApiNode lost = new ApiNode(log -> new Remote(log, 0));
        fill(lost, ROOM, 200);

        Answer answer = lost.call("broadcast", HELLO);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(text(answer))
                .isEqualTo(
                        "{\"error\":{\"code\":108,\"message\":\"the log is not available: try again (no answer)\"}}");
        assertThat(lost.requests.groupPublishes.sum(ApiCounters.Outcome.FAILED)).isEqualTo(200);
    }

    /** Groups that another node changes before each page is read. */
    private record Changing(UserGroups groups, List<Runnable> changes) implements UserGroups {
        @Override
        public Change add(GroupName group, List<UserId> users) {
            return groups.add(group, users);
        }

        @Override
        public Change remove(GroupName group, List<UserId> users) {
            return groups.remove(group, users);
        }

        @Override
        public Members members(GroupName group, Optional<UserId> after, int limit) {
            if (after.isPresent() && !changes.isEmpty()) {
                changes.remove(0).run();
            }
            return groups.members(group, after, limit);
        }

        @Override
        public Names groups(Optional<GroupName> after, int limit) {
            return groups.groups(after, limit);
        }
    }

    @Test
    @DisplayName("who is a member all the while is reached once; who comes or goes meanwhile is reached once or not")
    void reachesAGroupThatChanges() {
        List<Runnable> changes = new ArrayList<>();
        ApiNode changing = new ApiNode(log -> log, limits -> new Changing(new MemoryUserGroups(limits), changes));
        fill(changing, ROOM, 2_000);
        List<UserId> order = new ArrayList<>(
                changing.groups.members(ROOM, Optional.empty(), 1_000).users());
        order.addAll(changing.groups
                .members(ROOM, Optional.of(order.get(999)), 1_000)
                .users());
        UserId reachedAlready = order.get(10);
        UserId gone = order.get(1_500);
        UserId before = new UserId("a");
        UserId behind = new UserId("z");
        changing.groupLimits = new GroupLimits(10, 3_000);
        changes.add(() -> {
            changing.groups.remove(ROOM, List.of(reachedAlready, gone));
            changing.groups.add(ROOM, List.of(reachedAlready, before, behind));
        });

        Answer answer = changing.call("broadcast", HELLO);

        assertThat(text(answer)).isEqualTo(done(2_000, 0));
        for (UserId user : order) {
            assertThat(messages(changing, user)).hasSize(user.equals(gone) ? 0 : 1);
        }
        assertThat(messages(changing, before)).isEmpty();
        assertThat(messages(changing, behind)).hasSize(1);
    }

    @Test
    @DisplayName(
            "a group that ends while it is published to ends the broadcast; a store that is lost counts the rest as failed")
    void endsWithItsGroup() {
        List<Runnable> changes = new ArrayList<>();
        ApiNode changing = new ApiNode(log -> log, limits -> new Changing(new MemoryUserGroups(limits), changes));
        fill(changing, ROOM, 2_000);
        changes.add(() -> changing.call("group_remove", "{\"group\":\"room\",\"all\":true}"));
        assertThat(text(changing.call("broadcast", HELLO))).isEqualTo(done(1_000, 0));

        fill(changing, ROOM, 2_000);
        changes.clear();
        changes.add(() -> {
            throw new LogUnavailableException("no answer");
        });
        assertThat(text(changing.call("broadcast", HELLO)))
                .isEqualTo(
                        "{\"result\":{\"users\":2000,\"appended\":1000,\"connections\":0,\"failed\":1000,\"failures\":[]}}");
    }

    static List<Supplier<TestDatabase>> databases() {
        return List.of(TestDatabase::postgres, TestDatabase::h2);
    }

    @ParameterizedTest
    @MethodSource("databases")
    @DisplayName("with a log in a database each member has the message once, also after a repetition with the same key")
    void publishesThroughADatabase(Supplier<TestDatabase> opened) {
        try (TestDatabase database = opened.get()) {
            ApiNode stored = new ApiNode(database);
            fill(stored, ROOM, 1_300);
            Client client = stored.client("user-1234", "laptop");
            String request = "{\"group\":\"room\",\"data\":1,\"idempotency_key\":\"order-1\"}";

            assertThat(text(stored.call("broadcast", request))).isEqualTo(done(1_300, 1));
            assertThat(text(stored.call("broadcast", request))).isEqualTo(done(1_300, 0));

            assertThat(client.written).hasSize(1);
            assertThat(messages(stored, new UserId("user-0"))).containsExactly("1");
            assertThat(stored.log.stats().publications()).isEqualTo(1_300);
        }
    }
}
