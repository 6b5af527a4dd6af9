package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Limits;
import dev.cordon.manager.UserContext;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.upkeep.LogLines;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Methods of the server API for the connections of a user. */
class UserMethodsTest {
    private static final Channel ORDERS = Channel.parse("orders#42");
    /** The nodes' clocks stand at 2026-01-01 and some nanoseconds. */
    private static final long START = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();

    private final ApiNode node = new ApiNode();
    private final Client laptop = node.client("42", "laptop");
    private final Client phone = node.client("42", "phone");
    private final Client stranger = node.client("43", "laptop");

    private ApiNode another() {
        ApiNode other = new ApiNode();
        other.connections.respondents().forEach((kind, answer) -> node.others.answers(kind, "node-2", answer));
        return other;
    }

    private String result(String method, String json) {
        Answer answer = node.call(method, json.replace('\'', '"'));
        assertThat(answer.status()).as(text(answer)).isEqualTo(200);
        return text(answer);
    }

    private void publish(ApiNode on, String data) {
        on.call("publish", "{\"channel\":\"orders#42\",\"data\":" + data + "}");
    }

    @Test
    void connectionsListsThoseOfTheUserWithSessionNodeEndAndChannels() {
        node.subscribe(phone, ORDERS);

        assertThat(result("connections", "{'user':'42'}"))
                .isEqualTo("{\"result\":{\"connections\":{" + listed(laptop, "laptop", "node-1", "\"#42\":{}") + ","
                        + listed(phone, "phone", "node-1", "\"#42\":{},\"orders#42\":{}") + "}}}");
        assertThat(result("connections", "{'user':'44'}")).isEqualTo("{\"result\":{\"connections\":{}}}");
    }

    private static String listed(Client client, String session, String on, String channels) {
        return "\"" + client.id() + "\":{\"user\":\"42\",\"session\":\"" + session + "\",\"node\":\"" + on
                + "\",\"expire_at\":" + (START + 3600) + ",\"state\":{\"channels\":{" + channels + "}}}";
    }

    @Test
    void channelsCountsTheSubscribersOfEachChannelOfTheUser() {
        node.subscribe(phone, ORDERS);

        assertThat(result("channels", "{'user':'42'}"))
                .isEqualTo(
                        "{\"result\":{\"channels\":{\"#42\":{\"num_clients\":2},\"orders#42\":{\"num_clients\":1}}}}");
        assertThat(result("channels", "{'user':'44'}")).isEqualTo("{\"result\":{\"channels\":{}}}");
    }

    @Test
    void presenceStatsCountsConnectionsAndTheirOneUser() {
        assertThat(result("presence_stats", "{'channel':'#42'}"))
                .isEqualTo("{\"result\":{\"num_clients\":2,\"num_users\":1}}");
        assertThat(result("presence_stats", "{'channel':'#44'}"))
                .isEqualTo("{\"result\":{\"num_clients\":0,\"num_users\":0}}");
    }

    @Test
    @DisplayName("the topic console is not listed: the node has it for operators")
    void theTopicConsoleIsNotListed() {
        laptop.connection().attach(laptop.connection().context().orElseThrow(), Channel.parse("console#42"));

        assertThat(result("channels", "{'user':'42'}")).doesNotContain("console");
        assertThat(result("connections", "{'user':'42'}")).doesNotContain("console");
    }

    @Test
    void connectionsAndChannelsAreThoseOfAllNodes() {
        ApiNode other = another();
        Client there = other.client("42", "tab\"let");
        other.subscribe(there, ORDERS);
        other.client("43", "laptop");

        assertThat(result("connections", "{'user':'42'}"))
                .contains(listed(laptop, "laptop", "node-1", "\"#42\":{}"))
                .contains(listed(there, "tab\\\"let", "node-2", "\"#42\":{},\"orders#42\":{}"))
                .doesNotContain(stranger.id());
        assertThat(result("channels", "{'user':'42'}"))
                .isEqualTo(
                        "{\"result\":{\"channels\":{\"#42\":{\"num_clients\":3},\"orders#42\":{\"num_clients\":1}}}}");
    }

    @Test
    void subscribesTheUsersConnectionsAndTellsThem() {
        publish(node, "1");

        assertThat(result("subscribe", "{'user':'42','channel':'orders#42','data':{'why':'you asked'}}"))
                .isEqualTo("{\"result\":{\"subscribed\":2,\"over_limit\":0}}");
        publish(node, "2");

        assertThat(laptop.written)
                .containsExactly(
                        "{\"push\":{\"channel\":\"orders#42\",\"subscribe\":{\"recoverable\":true,\"positioned\":true,"
                                + "\"epoch\":\"e1\",\"offset\":1,\"data\":{\"why\":\"you asked\"}}}}",
                        "{\"push\":{\"channel\":\"orders#42\",\"pub\":{\"offset\":2,\"data\":2}}}");
        assertThat(phone.written).isEqualTo(laptop.written);
        assertThat(stranger.written).isEmpty();
    }

    @Test
    void subscribesOneSessionOrOneConnectionAlone() {
        assertThat(result("subscribe", "{'user':'42','channel':'orders#42','session':'phone'}"))
                .contains("\"subscribed\":1");
        assertThat(laptop.written).isEmpty();

        assertThat(result("subscribe", "{'user':'42','channel':'a#42','client':'" + laptop.id() + "'}"))
                .contains("\"subscribed\":1");
        assertThat(result("subscribe", "{'user':'42','channel':'a#42','client':'" + stranger.id() + "'}"))
                .contains("\"subscribed\":0");
        assertThat(phone.written).hasSize(1);
        assertThat(stranger.written).isEmpty();
    }

    @Test
    void aRepeatedSubscribeCountsTheConnectionAndTellsNothingAgain() {
        result("subscribe", "{'user':'42','channel':'orders#42'}");
        laptop.written.clear();

        assertThat(result("subscribe", "{'user':'42','channel':'orders#42'}")).contains("\"subscribed\":2");
        assertThat(laptop.written).isEmpty();
    }

    @Test
    @DisplayName("messages after recover_since follow the push, in order and once")
    void recoversSinceAPosition() {
        IntStream.rangeClosed(1, 4).forEach(i -> publish(node, Integer.toString(i)));

        result("subscribe", "{'user':'42','channel':'orders#42','recover_since':{'offset':2,'epoch':'e1'}}");
        publish(node, "5");

        assertThat(String.join("\n", laptop.written).lines())
                .containsExactly(
                        "{\"push\":{\"channel\":\"orders#42\",\"subscribe\":{\"recoverable\":true,\"positioned\":true,"
                                + "\"epoch\":\"e1\",\"offset\":2,\"was_recovering\":true,\"recovered\":true}}}",
                        "{\"push\":{\"channel\":\"orders#42\",\"pub\":{\"offset\":3,\"data\":3}}}",
                        "{\"push\":{\"channel\":\"orders#42\",\"pub\":{\"offset\":4,\"data\":4}}}",
                        "{\"push\":{\"channel\":\"orders#42\",\"pub\":{\"offset\":5,\"data\":5}}}");
    }

    @Test
    @DisplayName("a position that is gone is an error, and nobody is subscribed")
    void rejectsAPositionThatIsGone() {
        publish(node, "1");

        Answer answer = node.call(
                "subscribe",
                "{\"user\":\"42\",\"channel\":\"orders#42\",\"recover_since\":{\"offset\":1,\"epoch\":\"other\"}}");

        assertThat(answer.status()).isEqualTo(416);
        assertThat(text(answer)).contains("\"code\":112").contains("subscribe without recover_since");
        assertThat(laptop.written).isEmpty();
        assertThat(laptop.connection().subscribed(ORDERS)).isFalse();
    }

    @Test
    @DisplayName(
            "if what a session has not acknowledged is gone, its client is told recovered:false and begins at the top")
    void tellsThatNotAllIsRecovered() {
        publish(node, "1");
        publish(node, "2");
        node.log.acknowledge(ORDERS, new SessionId("laptop"), new StreamPosition("e1", 1));
        node.log.remove(ORDERS);

        result("subscribe", "{'user':'42','channel':'orders#42'}");
        publish(node, "3");

        assertThat(laptop.written.get(0)).contains("\"offset\":2,\"was_recovering\":true,\"recovered\":false");
        assertThat(laptop.written.get(1)).contains("\"offset\":3");
    }

    @Test
    @DisplayName("without a position a session that acknowledges gets what it has not acknowledged")
    void beginsBehindWhatTheSessionHasAcknowledged() {
        IntStream.rangeClosed(1, 3).forEach(i -> publish(node, Integer.toString(i)));
        node.log.acknowledge(ORDERS, new SessionId("laptop"), new StreamPosition("e1", 2));

        result("subscribe", "{'user':'42','channel':'orders#42'}");

        assertThat(String.join("\n", laptop.written))
                .contains("\"recovered\":true")
                .contains("\"data\":3");
        assertThat(phone.written).singleElement().asString().contains("\"offset\":3}}}");
    }

    @Test
    void tellsHowManyConnectionsHaveAllTheSubscriptionsTheyMayHave() {
        IntStream.range(0, Limits.DEFAULTS.maxSubscriptions() - 1)
                .forEach(i -> node.subscribe(phone, Channel.parse("t" + i + "#42")));

        assertThat(result("subscribe", "{'user':'42','channel':'orders#42'}"))
                .isEqualTo("{\"result\":{\"subscribed\":1,\"over_limit\":1}}");
        assertThat(phone.written).isEmpty();
    }

    @Test
    @DisplayName("a connection whose connect was not answered yet is passed over: its client expects no push")
    void passesOverAConnectionWhoseConnectWasNotAnswered() {
        Client early = node.unanswered("42", "tablet");

        assertThat(result("subscribe", "{'user':'42','channel':'orders#42'}")).contains("\"subscribed\":2");
        result("refresh", "{'user':'42','expire_at':" + (START + 60) + "}");
        assertThat(early.written).isEmpty();
    }

    @Test
    @DisplayName("a subscribe that the log fails is an error, and leaves nothing half subscribed")
    void leavesNothingHalfSubscribed() {
        AtomicBoolean away = new AtomicBoolean();
        ApiNode failing = new ApiNode(log -> new Away(log, away));
        Client client = failing.client("42", "laptop");
        away.set(true);

        Answer answer = failing.call("subscribe", "{\"user\":\"42\",\"channel\":\"orders#42\"}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(client.connection().subscribed(ORDERS)).isFalse();
        away.set(false);
        assertThat(text(failing.call("subscribe", "{\"user\":\"42\",\"channel\":\"orders#42\"}")))
                .contains("\"subscribed\":1");
    }

    /** A log that cannot tell the top of a channel while it is away. */
    private record Away(UserLog log, AtomicBoolean away) implements ForwardingUserLog {
        @Override
        public StreamPosition top(Channel channel) {
            if (away.get()) {
                throw new LogUnavailableException("away");
            }
            return log.top(channel);
        }
    }

    @Test
    @DisplayName(
            "a client that leaves a channel while the back end subscribes it is told of no subscription, because it has none")
    void tellsOfNoSubscriptionThatTheClientHasLeftMeanwhile() {
        Deque<Runnable> meanwhile = new ArrayDeque<>();
        ApiNode busy = new ApiNode(log -> new Slow(log, meanwhile));
        Client client = busy.client("42", "laptop");
        meanwhile.add(() -> assertThat(client.connection().detach(ORDERS)).isTrue());

        assertThat(text(busy.call("subscribe", "{\"user\":\"42\",\"channel\":\"orders#42\"}")))
                .isEqualTo("{\"result\":{\"subscribed\":0,\"over_limit\":0}}");
        assertThat(client.written).isEmpty();
    }

    @Test
    @DisplayName(
            "a client that leaves and comes back while the back end subscribes it keeps its place, and is told nothing more")
    void keepsThePlaceOfAClientThatCameBackMeanwhile() {
        Deque<Runnable> meanwhile = new ArrayDeque<>();
        ApiNode busy = new ApiNode(log -> new Slow(log, meanwhile));
        Client client = busy.client("42", "laptop");
        meanwhile.add(() -> {
            assertThat(client.connection().detach(ORDERS)).isTrue();
            publish(busy, "1");
            busy.subscribe(client, ORDERS);
            publish(busy, "2");
        });

        assertThat(text(busy.call("subscribe", "{\"user\":\"42\",\"channel\":\"orders#42\"}")))
                .isEqualTo("{\"result\":{\"subscribed\":1,\"over_limit\":0}}");
        publish(busy, "3");

        assertThat(client.written)
                .containsExactly(
                        "{\"push\":{\"channel\":\"orders#42\",\"pub\":{\"offset\":2,\"data\":2}}}",
                        "{\"push\":{\"channel\":\"orders#42\",\"pub\":{\"offset\":3,\"data\":3}}}");
    }

    @Test
    @DisplayName("a client whose own subscribe is not answered yet is not subscribed: the reply would say that it is")
    void doesNotUnsubscribeBeforeTheReplyToASubscribe() {
        UserContext as = laptop.connection().context().orElseThrow();
        assertThat(laptop.connection().attach(as, ORDERS)).isEmpty();

        assertThat(result("unsubscribe", "{'user':'42','channel':'orders#42'}"))
                .isEqualTo("{\"result\":{\"unsubscribed\":0}}");
        laptop.connection().goLive(ORDERS, node.log.top(ORDERS), Frame.of("{\"id\":2}"), node.log);
        publish(node, "1");

        assertThat(String.join("\n", laptop.written))
                .isEqualTo("{\"id\":2}\n{\"push\":{\"channel\":\"orders#42\",\"pub\":{\"offset\":1,\"data\":1}}}");
        assertThat(result("unsubscribe", "{'user':'42','channel':'orders#42'}")).contains("\"unsubscribed\":1");
    }

    /** A log in which something happens before it tells the top of the channel. */
    private record Slow(UserLog log, Deque<Runnable> meanwhile) implements ForwardingUserLog {
        @Override
        public StreamPosition top(Channel channel) {
            StreamPosition top = log.top(channel);
            Runnable next = channel.equals(ORDERS) ? meanwhile.poll() : null;
            if (next != null) {
                next.run();
            }
            return top;
        }
    }

    @Test
    void subscribesAndUnsubscribesOnAllNodes() {
        ApiNode other = another();
        Client there = other.client("42", "tablet");
        Client strangerThere = other.client("43", "tablet");
        publish(other, "1");
        publish(node, "1");

        assertThat(result(
                        "subscribe",
                        "{'user':'42','channel':'orders#42','data':'ü','recover_since':{'offset':0,'epoch':'e1'}}"))
                .isEqualTo("{\"result\":{\"subscribed\":3,\"over_limit\":0}}");
        assertThat(String.join("\n", there.written))
                .contains("\"recovered\":true,\"data\":\"ü\"")
                .contains("\"pub\":{\"offset\":1,\"data\":1}");

        assertThat(result("unsubscribe", "{'user':'42','channel':'orders#42','session':'tablet'}"))
                .isEqualTo("{\"result\":{\"unsubscribed\":1}}");
        assertThat(there.written.get(there.written.size() - 1))
                .contains("\"unsubscribe\":{\"code\":2000,\"reason\":\"server unsubscribe\"}");
        assertThat(strangerThere.written).isEmpty();
    }

    @Test
    void unsubscribesAndTellsTheClientBehindItsMessages() {
        node.subscribe(laptop, ORDERS);
        publish(node, "1");

        assertThat(result("unsubscribe", "{'user':'42','channel':'orders#42'}"))
                .isEqualTo("{\"result\":{\"unsubscribed\":1}}");
        publish(node, "2");

        assertThat(laptop.written)
                .containsExactly(
                        "{\"push\":{\"channel\":\"orders#42\",\"pub\":{\"offset\":1,\"data\":1}}}",
                        "{\"push\":{\"channel\":\"orders#42\",\"unsubscribe\":{\"code\":2000,\"reason\":\"server unsubscribe\"}}}");
        assertThat(phone.written).isEmpty();
        assertThat(result("unsubscribe", "{'user':'42','channel':'orders#42'}")).contains("\"unsubscribed\":0");
    }

    @Test
    void refreshMovesTheEndOfConnectionsAndTellsThem() {
        assertThat(result("refresh", "{'user':'42','expire_at':" + (START + 7200) + "}"))
                .isEqualTo("{\"result\":{\"refreshed\":2}}");

        assertThat(laptop.written).containsExactly("{\"push\":{\"refresh\":{\"expires\":true,\"ttl\":7199}}}");
        assertThat(stranger.written).isEmpty();
        assertThat(laptop.connection().tick(Instant.ofEpochSecond(START + 3700)))
                .isFalse();
        assertThat(laptop.connection().tick(Instant.ofEpochSecond(START + 7300)))
                .isTrue();
        assertThat(laptop.closes).containsExactly(Disconnect.EXPIRED);
    }

    @Test
    void refreshMayShortenAndKeepsWhatTheTokenAllows() {
        result("refresh", "{'user':'42','session':'phone','expire_at':" + (START + 60) + "}");

        assertThat(laptop.written).isEmpty();
        assertThat(phone.connection().context().orElseThrow().expires()).isEqualTo(Instant.ofEpochSecond(START + 60));
        assertThat(phone.connection().context().orElseThrow().session()).isEqualTo(new SessionId("phone"));
        assertThat(phone.connection().tick(Instant.ofEpochSecond(START + 65))).isTrue();
    }

    @ParameterizedTest
    @DisplayName("an empty session or client is none: the method is for all connections of the user")
    @CsvSource(
            delimiter = '|',
            value = {
                "subscribe|'channel':'orders#42'|\"subscribed\":2",
                "unsubscribe|'channel':'#42'|\"unsubscribed\":2",
                "refresh|'expire_at':1767225700|\"refreshed\":2",
                "disconnect|'code':4000|\"disconnected\":2"
            })
    void anEmptySessionOrClientIsNone(String method, String fields, String done) {
        assertThat(result(method, "{'user':'42','session':'','client':''," + fields + "}"))
                .contains(done);
    }

    @Test
    void refreshEndsConnectionsAsExpiredOnAllNodes() {
        ApiNode other = another();
        Client there = other.client("42", "tablet");

        assertThat(result("refresh", "{'user':'42','expired':true}")).isEqualTo("{\"result\":{\"refreshed\":3}}");

        assertThat(List.of(laptop.closes, phone.closes, there.closes))
                .allSatisfy(closes -> assertThat(closes).containsExactly(Disconnect.EXPIRED));
        assertThat(stranger.closes).isEmpty();
    }

    @Test
    void refreshReachesOtherNodesWithTheEnd() {
        ApiNode other = another();
        Client there = other.client("42", "tablet");

        result("refresh", "{'user':'42','expire_at':" + (START + 60) + "}");

        assertThat(there.connection().context().orElseThrow().expires()).isEqualTo(Instant.ofEpochSecond(START + 60));
    }

    @ParameterizedTest
    @DisplayName("a node that does not answer is named, as temporary: a part would look like the whole")
    @CsvSource(
            delimiter = '|',
            value = {
                "connections|{'user':'42'}",
                "channels|{'user':'42'}",
                "presence_stats|{'channel':'#42'}",
                "subscribe|{'user':'42','channel':'orders#42'}",
                "unsubscribe|{'user':'42','channel':'orders#42'}",
                "refresh|{'user':'42','expired':true}"
            })
    void namesANodeThatDoesNotAnswer(String method, String json) {
        node.others.isSilent("node-2");

        Answer answer = node.call(method, json.replace('\'', '"'));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(text(answer)).contains("node node-2 did not answer: try again");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connections|{}|user is missing",
                "channels|{}|user is missing",
                "channels|{'user':'42','pattern':'*'}|pattern is not supported in channels: leave it out",
                "connections|{'user':'42','expression':'x'}|expression is not supported in connections: leave it out",
                "presence_stats|{'channel':'console#42'}|the topic console is reserved",
                "subscribe|{'channel':'orders#42'}|user is missing",
                "subscribe|{'user':'42'}|channel is missing",
                "subscribe|{'user':'42','channel':'orders#43'}|channel is not of this user",
                "subscribe|{'user':'42','channel':'console#42'}|the topic console is reserved",
                "subscribe|{'user':'42','channel':'orders#42','expire_at':1767225700}|expire_at is not supported in subscribe: leave it out",
                "subscribe|{'user':'42','channel':'orders#42','override':{'presence':{'value':true}}}|override is not supported",
                "subscribe|{'user':'42','channel':'orders#42','info':{'a':1}}|info is not supported",
                "subscribe|{'user':'42','channel':'orders#42','b64data':'AA=='}|b64data is not supported",
                "subscribe|{'user':'42','channel':'orders#42','tagsFilter':{'key':'a'}}|tagsFilter is not supported",
                "subscribe|{'user':'42','channel':'orders#42','recover_since':{'offset':-1}}|offset",
                "unsubscribe|{'user':'42','channel':'orders#43'}|channel is not of this user",
                "unsubscribe|{'user':'42','channel':'orders#42','all_users':true}|all_users is not supported",
                "refresh|{'user':'42'}|expire_at is missing: give the new end in seconds since 1970, or \\\"expired\\\":true to end",
                "refresh|{'user':'42','expired':false}|or \\\"expired\\\":true to end",
                "refresh|{'user':'42','expire_at':1}|expire_at is not in the future",
                "refresh|{'user':'42','expire_at':1767225700000}|beyond the year 9999",
                "refresh|{'user':'42','expired':true,'expire_at':1767225700}|not both",
                "refresh|{'user':'42','expired':true,'info':{'a':1}}|info is not supported"
            })
    void rejectsWhatIsMissingWrongOrNotSupported(String method, String json, String why) {
        Answer answer = node.call(method, json.replace('\'', '"'));

        assertThat(answer.status()).isIn(400, 403);
        assertThat(text(answer)).contains(why);
        assertThat(laptop.written).isEmpty();
        assertThat(laptop.closes).isEmpty();
    }

    @Test
    void rejectsDataOverTheLimit() {
        Answer answer = node.call(
                "subscribe",
                "{\"user\":\"42\",\"channel\":\"orders#42\",\"data\":\"" + "a".repeat(ApiNode.MAX_MESSAGE) + "\"}");

        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @DisplayName("O2: the log says what the server API did to whose connections")
    @CsvSource(
            delimiter = '|',
            value = {
                "subscribe|'channel':'a#42'|subscribed 2 connections of user \"42\" to channel \"a#42\"",
                "unsubscribe|'channel':'#42'|unsubscribed 2 connections of user \"42\" from channel \"#42\"",
                "refresh|'expire_at':1767225700|refreshed 2 connections of user \"42\"",
                "refresh|'expired':true|ended as expired 2 connections of user \"42\""
            })
    void o2_logsWhatWasDone(String method, String fields, String did) {
        String json = ("{'user':'42'," + fields + "}").replace('\'', '"');

        assertThat(LogLines.of(UserMethods.class, () -> node.call(method, json)))
                .extracting(LogRecord::getMessage)
                .containsExactly("The server API " + did);
    }

    @Test
    void carriesOutEachInABatch() {
        String batch = "{\"commands\":[{\"subscribe\":{\"user\":\"42\",\"channel\":\"orders#42\"}},"
                + "{\"publish\":{\"channel\":\"orders#42\",\"data\":1}},{\"channels\":{\"user\":\"42\"}}]}";

        assertThat(text(node.call("batch", batch)))
                .contains("\"subscribe\":{\"subscribed\":2,\"over_limit\":0}")
                .contains("\"connections\":2")
                .contains("\"orders#42\":{\"num_clients\":2}");
    }

    @Test
    @DisplayName("a closed connection is not listed, and nothing is done to it")
    void doesNothingToAClosedConnection() {
        laptop.connection().close(Disconnect.NORMAL);

        assertThat(result("connections", "{'user':'42'}")).doesNotContain(laptop.id());
        assertThat(result("subscribe", "{'user':'42','channel':'orders#42'}")).contains("\"subscribed\":1");
    }
}
