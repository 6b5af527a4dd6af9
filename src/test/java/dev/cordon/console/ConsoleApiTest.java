package dev.cordon.console;

import static dev.cordon.console.ConsoleNode.fields;
import static dev.cordon.console.ConsoleNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.api.Rejected;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.UnansweredException;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.kpi.KpiNode;
import dev.cordon.legacy.MigrationAdapter;
import dev.cordon.legacy.MigrationSettings;
import dev.cordon.legacy.SingletonWebSocketManager;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Connection;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.HandTime;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestLimits;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.UserContext;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.upkeep.LogLines;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleApiTest {
    private final ConsoleNode node = new ConsoleNode();

    @ParameterizedTest
    @CsvSource({
        "GET,state",
        "GET,user",
        "POST,disconnect",
        "POST,drain",
        "POST,cleanup",
        "POST,check",
        "GET,no-such",
        "PUT,state"
    })
    void rejectsEveryRequestWithoutAnOperatorToken(String verb, String path) {
        Peer alice = node.kpis.node.connect("alice", "a");
        String[] rejected = {
            "", "Bearer", "Bearer nonsense", "Basic " + node.token("ops", "operator"), node.token("ops", "operator")
        };
        for (String authorization : rejected) {
            assertThat(status(verb, path, authorization)).as(authorization).isEqualTo(401);
        }
        assertThat(status(verb, path, "Bearer " + node.token("alice"))).isEqualTo(403);
        assertThat(status(verb, path, "Bearer " + node.token("backend", "publisher")))
                .isEqualTo(403);
        assertThat(status(verb, path, "Bearer " + node.token("ops", "operators")))
                .isEqualTo(403);

        assertThat(alice.connected()).isTrue();
        assertThat(node.kpis.node.factory.accepting()).isTrue();
        assertThat(node.kpis.cleanup.runs()).isZero();
        assertThat(node.kpis.node.published.accepted.sum()).isZero();
    }

    private int status(String verb, String path, String authorization) {
        Optional<String> header = authorization.isEmpty() ? Optional.empty() : Optional.of(authorization);
        return node.ask(verb, path, header, Optional.of("alice"), "{\"user\":\"alice\"}")
                .status();
    }

    @Test
    void rejectsAnExpiredToken() {
        String token = "Bearer " + node.token("ops", "operator");
        assertThat(status("GET", "state", token)).isEqualTo(200);

        node.kpis.node.time.advance(Duration.ofHours(2));

        assertThat(status("GET", "state", token)).isEqualTo(401);
    }

    @Test
    void showsTheFiguresOfTheNodeAndItsLargestUsers() {
        node.kpis.node.connect("alice", "a");
        node.kpis.node.connect("alice", "b");
        Peer bob = node.kpis.node.connect("bob", "a");
        bob.wire().mode(FakeTransport.Mode.HELD);
        node.kpis.node.publish("bob");
        node.kpis.node.publish("bob");
        node.kpis.cleanup.run();
        node.kpis.node.time.advance(Duration.ofSeconds(1));

        ConsoleAnswer answer = node.get("state");

        assertThat(answer.status()).isEqualTo(200);
        JsonFields figures = fields(answer).object("figures").orElseThrow();
        assertThat(figures.integer("cordon_users")).contains(2L);
        assertThat(figures.integer("cordon_managers")).contains(3L);
        assertThat(section(answer, "users_by_queue"))
                .contains("\"user\":\"bob\"")
                .contains("\"waiting_messages\":1")
                .doesNotContain("alice");
        assertThat(section(answer, "users_by_bytes")).contains("alice").contains("bob");
        assertThat(section(answer, "cleanups")).contains("\"found\":").contains("\"took_seconds\":");
        assertThat(section(answer, "isolation"))
                .contains("\"violations\":0")
                .contains("\"checks\":")
                .doesNotContain("null");
    }

    @Test
    void showsWhichNodeAnswersAndForHowLongItHasRun() {
        node.kpis.node.time.advance(Duration.ofSeconds(90));

        JsonFields shown = fields(node.get("state")).object("node").orElseThrow();

        assertThat(shown.string("id")).contains("here");
        assertThat(shown.bool("accepting")).isTrue();
        assertThat(shown.integer("started")).contains(HandTime.START.toEpochMilli());
        assertThat(shown.integer("uptime_seconds")).contains(90L);
    }

    @Test
    void showsWhatTheLedgerLacks() {
        node.kpis.lost = 3;
        node.kpis.cleanup.run();

        assertThat(section(node.get("state"), "ledger"))
                .contains("\"imbalance\":3")
                .doesNotContain("cordon_");
    }

    @Test
    void showsOnlyTheReasonsForWhichRequestsWereRejected() {
        KpiNode.count(node.kpis.socket, "reject", SocketCounters.Rejected.RATE_USER, 2);
        KpiNode.count(node.kpis.api, "reject", Rejected.NODE_SILENT, 3);

        ConsoleAnswer answer = node.get("state");

        assertThat(section(answer, "rejected")).isEqualTo("{\"rate_user\":2}");
        assertThat(section(answer, "api_rejected")).isEqualTo("{\"node_silent\":3}");
    }

    @Test
    void showsTheOtherFiguresWhenOneCannotBeRead() {
        MetricList more = new MetricList();
        more.add(Metric.gauge("broken", () -> {
            throw new IllegalStateException("no figure");
        }));
        ConsoleNode broken = new ConsoleNode(new KpiNode(List.of(more)));
        broken.kpis.node.connect("alice", "a");

        assertThat(section(broken.get("state"), "figures"))
                .contains("\"cordon_broken\":null")
                .contains("\"cordon_connects_total\":1");
    }

    @Test
    void showsInSecondsHowLongACleanupTook() {
        AtomicReference<Duration> sweepTakes = new AtomicReference<>(Duration.ofSeconds(3));
        node.kpis.node.whenAsked = () -> node.kpis.node.time.advance(sweepTakes.getAndSet(Duration.ZERO));

        assertThat(text(node.post("cleanup", ""))).containsOnlyOnce("\"took_seconds\":3");
        assertThat(fields(node.get("state")).objects("cleanups", 10).orElseThrow())
                .singleElement()
                .satisfies(run -> assertThat(run.integer("took_seconds")).contains(3L));
    }

    private static String section(ConsoleAnswer answer, String name) {
        return new String(fields(answer).raw(name), StandardCharsets.UTF_8);
    }

    @Test
    void showsTheMigrationOfAnApplicationThatUsesTheAdapter() {
        assertThat(text(node.get("state"))).doesNotContain("\"migration\"");
        MigrationAdapter adapter = new MigrationAdapter(
                new SingletonWebSocketManager(Duration.ofSeconds(1)),
                node.kpis.node.factory,
                node.kpis.node.publisher,
                () -> new MigrationSettings(25, true),
                node.kpis.migration,
                node.kpis.node.time,
                node.kpis.node.time);
        for (int i = 0; i < 6; i++) {
            adapter.connect(TestNode.user("bob"), new SessionId("s" + i), new FakeTransport());
        }
        adapter.sendToUser("bob", "{}");

        String migration = section(node.get("state"), "migration");

        assertThat(migration)
                .contains("\"share\":25,\"shadow\":true")
                .contains("\"calls\":{\"legacy\":7,\"factory\":0,\"both\":0}")
                .contains("\"legacy_connections\":6,\"factory_connections\":0,\"call_sites\":2")
                .contains("ConsoleApiTest.java:")
                .contains("\"causes\":{\"refused\":1}")
                .contains("\"user\":\"bob\"");
    }

    @Test
    void showsFiringAlertsAndTheirEvents() {
        node.kpis.node.guard.rejects(TestNode.user("alice"), TestNode.personal("bob"));
        node.kpis.board.evaluate();

        ConsoleAnswer firing = node.get("state");

        assertThat(section(firing, "alerts"))
                .contains(
                        "\"kpi\":\"isolation_violations\",\"metric\":\"cordon_violations_total\",\"state\":\"FIRING\"");
        assertThat(section(firing, "events")).contains("\"firing\":true");
        assertThat(section(firing, "isolation")).contains("\"violations\":1");
    }

    @Test
    void showsOneUserWithItsSessionsAndPastCloses() {
        node.kpis.node.connect("alice", "laptop").connection().close(Disconnect.NO_PONG);
        node.kpis.node.connect("alice", "phone");
        node.kpis.node.connect("bob", "tablet").leave();

        ConsoleAnswer answer = node.user("alice");

        assertThat(section(answer, "managers"))
                .contains("\"session\":\"phone\"")
                .doesNotContain("laptop");
        assertThat(section(answer, "closes"))
                .contains("\"code\":3012")
                .contains("\"reason\":\"no pong\"")
                .doesNotContain("tablet");
        assertThat(node.user("nobody").status()).isEqualTo(200);
        assertThat(node.user("").status()).isEqualTo(400);
    }

    @Test
    void showsTheAgeTheSilenceAndTheQueueOfEachConnectionOfAUser() {
        Peer alice = node.kpis.node.connect("alice", "phone");
        node.kpis.node.time.advance(Duration.ofSeconds(3));
        alice.connection().heard();
        node.kpis.node.time.advance(Duration.ofSeconds(2));
        alice.wire().mode(FakeTransport.Mode.HELD);
        node.kpis.node.publish("alice");
        node.kpis.node.publish("alice");

        JsonFields manager =
                fields(node.user("alice")).objects("managers", 10).orElseThrow().get(0);

        assertThat(manager.objects("connections", 10).orElseThrow())
                .singleElement()
                .satisfies(shown -> {
                    assertThat(shown.string("id"))
                            .contains(alice.connection().id().value());
                    assertThat(shown.string("state")).contains("CONNECTED");
                    assertThat(shown.string("address")).contains("192.0.2.1");
                    assertThat(shown.integer("age_seconds")).contains(5L);
                    assertThat(shown.integer("silence_seconds")).contains(2L);
                    assertThat(shown.integer("sent_bytes"))
                            .contains(alice.connection().sentBytes());
                    assertThat(shown.integer("waiting_messages")).contains(1L);
                    assertThat(shown.integer("waiting_bytes"))
                            .contains(alice.connection().queuedBytes());
                });
    }

    @Test
    void showsInSecondsHowLongAClosedConnectionLived() {
        Peer alice = node.kpis.node.connect("alice", "phone");
        node.kpis.node.time.advance(Duration.ofSeconds(7));
        alice.leave();

        assertThat(fields(node.user("alice")).objects("closes", 10).orElseThrow())
                .singleElement()
                .satisfies(close -> assertThat(close.integer("lived_seconds")).contains(7L));
    }

    @Test
    @DisplayName("shows one user's sessions and past closes on all nodes, each with its node, the last close first")
    void showsOneUserOnAllNodes() {
        ConsoleNode other = new ConsoleNode();
        node.others.answers(UserView.KIND, "there", respondent(other, UserView.KIND));
        node.kpis.node.connect("alice", "laptop").connection().close(Disconnect.NO_PONG);
        other.kpis.node.time.advance(Duration.ofSeconds(1));
        other.kpis.node.connect("alice", "tablet").connection().close(Disconnect.SLOW);
        other.kpis.node.connect("alice", "phone");
        other.kpis.node.connect("bob", "bobs");
        node.others.isSilent("third");

        ConsoleAnswer answer = node.user("alice");

        assertThat(section(answer, "managers"))
                .startsWith("[{\"node\":\"there\",")
                .contains("\"session\":\"phone\"")
                .doesNotContain("bobs");
        assertThat(fields(answer).objects("closes", 10).orElseThrow())
                .extracting(close -> close.string("node", "") + " " + close.integer("code", 0))
                .containsExactly("there 3008", "here 3012");
        assertThat(section(answer, "silent")).isEqualTo("[\"third\"]");
    }

    @Test
    @DisplayName("shows all nodes: this one as it is now, the others as of their last heartbeat")
    void showsAllNodes() {
        node.kpis.node.connect("alice", "laptop");
        assertThat(section(node.get("state"), "nodes"))
                .matches(
                        "\\[\\{\"id\":\"here\",\"address\":\"host:8080\",\"version\":\"1.0.0\",\"state\":\"ready\",\"started\":\\d+,"
                                + "\"users\":1,\"connections\":1,\"heap_used\":\\d+,\"heap_max\":\\d+}]");

        node.others.known = List.of(
                listed("first", NodeDirectory.State.DRAINING),
                listed("here", NodeDirectory.State.READY),
                listed("third", NodeDirectory.State.READY));

        assertThat(fields(node.get("state")).objects("nodes", 10).orElseThrow())
                .extracting(
                        of -> of.string("id", "") + " " + of.string("state", "") + " " + of.integer("connections", 0))
                .containsExactly("first draining 7", "here ready 1", "third ready 7");
    }

    private static UnaryOperator<String> respondent(ConsoleNode of, String kind) {
        return Objects.requireNonNull(of.api.respondents().get(kind));
    }

    private static NodeDirectory.Node listed(String id, NodeDirectory.State state) {
        return new NodeDirectory.Node(id, "1.0.0", "host:1", state, Instant.EPOCH, new NodeDirectory.Load(7, 7, 7, 7));
    }

    @Test
    @DisplayName("drains another node, which logs the operator's name; this one goes on")
    void drainsAnotherNode() {
        ConsoleNode other = new ConsoleNode();
        Peer alice = other.kpis.node.connect("alice", "laptop");
        node.others.answers(NodeDrain.KIND, "there", respondent(other, NodeDrain.KIND));

        List<String> lines = formatted(LogLines.of(ConsoleApi.class, () -> {
            assertThat(node.post("drain", "{\"node\":\"there\"}").status()).isEqualTo(202);
            await().until(() -> alice.connection().ending().isPresent());
        }));

        assertThat(alice.connection().ending()).contains(Disconnect.SHUTDOWN);
        assertThat(other.kpis.node.factory.accepting()).isFalse();
        assertThat(node.kpis.node.factory.accepting()).isTrue();
        assertThat(lines).contains("Operator \"ops\" drains this node", "Operator \"ops\" drains node there");

        assertThat(node.post("drain", "{\"node\":\"there\"}").status()).isEqualTo(409);
        ConsoleAnswer silent = node.post("drain", "{\"node\":\"nowhere\"}");
        assertThat(silent.status()).isEqualTo(503);
        assertThat(text(silent)).contains("may be draining");
        assertThat(node.post("drain", "{\"nodes\":\"there\"}").status()).isEqualTo(400);
    }

    @Test
    void looksUpAUserOnThisNodeWhenTheOthersCannotBeAsked() {
        node.kpis.node.connect("alice", "a");
        node.others.isSilent("there");
        node.others.known =
                List.of(listed("here", NodeDirectory.State.READY), listed("there", NodeDirectory.State.READY));
        node.others.whenAsked = () -> {
            throw new LogUnavailableException("away");
        };
        List<ConsoleAnswer> answers = new ArrayList<>();

        List<String> details = formatted(LogLines.withDetails(UserView.class, () -> answers.add(node.user("alice"))));

        assertThat(answers).singleElement().satisfies(user -> {
            assertThat(section(user, "silent")).isEqualTo("[\"there\"]");
            assertThat(section(user, "managers")).contains("\"a\"");
        });
        assertThat(details).containsExactly("A user is looked up on this node alone: away");
    }

    private static List<String> formatted(List<LogRecord> records) {
        return records.stream()
                .map(line -> MessageFormat.format(line.getMessage(), line.getParameters()))
                .toList();
    }

    @Test
    void answersTryAgainWhenAnotherNodeCannotBeAsked() {
        RuntimeException[] causes = {
            new LogUnavailableException("the database is away"), new UnansweredException(List.of("there"))
        };
        for (RuntimeException cause : causes) {
            node.others.whenAsked = () -> {
                throw cause;
            };

            ConsoleAnswer answer = node.post("drain", "{\"node\":\"there\"}");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(text(answer)).contains(cause.getMessage() + ": try again");
        }
    }

    @Test
    void logsAnErrorOfItsOwnAndTellsTheOperatorOnlyWhereToLook() {
        IllegalStateException broken = new IllegalStateException("the password is secret");
        node.others.whenAsked = () -> {
            throw broken;
        };
        List<ConsoleAnswer> answers = new ArrayList<>();

        List<LogRecord> told =
                LogLines.of(ConsoleApi.class, () -> answers.add(node.post("drain", "{\"node\":\"there\"}")));

        assertThat(answers).singleElement().satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(500);
            assertThat(text(answer)).contains("the server's log has the error").doesNotContain("secret");
        });
        assertThat(told).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.SEVERE);
            assertThat(line.getThrown()).isSameAs(broken);
        });
    }

    @ParameterizedTest
    @CsvSource({"GET,no-such", "POST,no-such", "GET,''"})
    void answers404ToAnUnknownPathAndLogsTheRejection(String verb, String path) {
        List<ConsoleAnswer> answers = new ArrayList<>();

        List<LogRecord> told = LogLines.of(
                ConsoleApi.class,
                () -> answers.add(node.ask(
                        verb, path, Optional.of("Bearer " + node.token("ops", "operator")), Optional.empty(), "")));

        assertThat(answers).extracting(ConsoleAnswer::status).containsExactly(404);
        assertThat(told)
                .extracting(LogRecord::getMessage)
                .containsExactly("A request to the console was rejected with 404:"
                        + " GET state, GET user, POST disconnect, drain, cleanup or check");
    }

    @Test
    void disconnectsOneUserForGoodOrWithAReconnect() {
        Peer alice = node.kpis.node.connect("alice", "a");
        Peer bob = node.kpis.node.connect("bob", "a");

        assertThat(text(node.post("disconnect", "{\"user\":\"alice\"}"))).isEqualTo("{\"disconnected\":1}");
        assertThat(alice.connection().ending()).contains(Disconnect.FORCE_NO_RECONNECT);
        assertThat(bob.connected()).isTrue();

        node.post("disconnect", "{\"user\":\"bob\",\"reconnect\":true}");
        assertThat(bob.connection().ending()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(section(node.user("alice"), "closes")).contains("\"code\":3503");
    }

    @Test
    void passesADisconnectOnToTheOtherNodes() {
        List<DisconnectOrder> orders = new ArrayList<>();
        node.kpis.node.factory.carryOrders(orders::add);

        node.post("disconnect", "{\"user\":\"alice\"}");

        assertThat(orders).containsExactly(DisconnectOrder.all(TestNode.user("alice"), Disconnect.FORCE_NO_RECONNECT));
    }

    @Test
    void saysThatADisconnectReachedThisNodeOnly() {
        Peer alice = node.kpis.node.connect("alice", "a");
        node.kpis.node.factory.carryOrders(order -> {
            throw new LogUnavailableException("the database is away");
        });

        ConsoleAnswer answer = node.post("disconnect", "{\"user\":\"alice\"}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(text(answer)).contains("ended on this node only: the database is away");
        assertThat(alice.connected()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"user\":7}", "{\"user\":\"\"}", "{\"user\":\"a\",\"reconnect\":1}"})
    void rejectsAMalformedDisconnect(String body) {
        assertThat(node.post("disconnect", body).status()).isEqualTo(400);
    }

    @Test
    void l8_rejectsAnUnknownFieldOfADisconnectByName() {
        ConsoleAnswer answer = node.post("disconnect", "{\"user\":\"alice\",\"reconect\":true}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).contains("disconnect has no field reconect: did you mean reconnect?");
    }

    @ParameterizedTest
    @CsvSource({"GET,drain", "GET,cleanup", "GET,check", "GET,disconnect", "POST,state", "POST,user", "DELETE,state"})
    void rejectsAWrongHttpMethodWith405(String verb, String path) {
        assertThat(status(verb, path, "Bearer " + node.token("ops", "operator")))
                .isEqualTo(405);
        assertThat(node.kpis.cleanup.runs()).isZero();
    }

    @Test
    void runsTheCleanupOnRequest() {
        ConsoleAnswer answer = node.post("cleanup", "");

        assertThat(text(answer)).contains("\"sweep\":\"stale-channels\"");
        assertThat(node.kpis.cleanup.runs()).isEqualTo(1);
    }

    @Test
    void drainsTheNodeOnceAfterTheAnswer() {
        Peer alice = node.kpis.node.connect("alice", "a");

        assertThat(node.post("drain", "").status()).isEqualTo(202);

        await().until(() -> alice.connection().state() == Connection.State.CLOSED);
        assertThat(alice.connection().ending()).contains(Disconnect.SHUTDOWN);
        assertThat(node.post("drain", "").status()).isEqualTo(409);
    }

    @Test
    void theIsolationCheckPassesAndLeavesNothingBehind() {
        Peer alice = node.kpis.node.connect("alice", "a");

        ConsoleAnswer answer = node.post("check", "");

        assertThat(text(answer)).contains("\"ok\":true").doesNotContain("\"ok\":false");
        assertThat(node.kpis.node.published.accepted.sum()).isEqualTo(IsolationCheck.USERS * IsolationCheck.MESSAGES);
        assertThat(node.kpis.node.factory.stats().connections()).isEqualTo(1);
        assertThat(node.kpis.node.log.stats().publications()).isZero();
        assertThat(alice.wire().offsets()).isEmpty();
        assertThat(node.closes.latest(1)).isEmpty();
    }

    @Test
    void theIsolationCheckIsRejectedWithoutRoomAndLeavesNothingBehind() {
        node.kpis.node.limits =
                new TestLimits().sockets(IsolationCheck.USERS - 1).build();

        assertThat(node.post("check", "").status()).isEqualTo(409);

        assertThat(node.kpis.node.factory.stats().connections()).isZero();
    }

    @Test
    @DisplayName(
            "S6: the feed is sent only to subscribed connections with an operator's token, and is not stored in the log")
    void sendsTheFeedOnlyToSubscribedOperators() {
        Peer ops = subscribed("ops", true);
        Peer namesake = subscribed("ops", false);
        Peer mallory = subscribed("mallory", true);

        node.api.feed().run();
        assertThat(feeds(ops)).as("no token shown yet").isZero();
        node.get("state");
        node.ask("GET", "state", Optional.of("Bearer " + node.token("mallory")), Optional.empty(), "");
        node.api.feed().run();

        assertThat(feeds(ops)).isEqualTo(1);
        assertThat(feeds(mallory)).isZero();
        assertThat(feeds(namesake)).as("the same sub without the group").isZero();
        assertThat(node.kpis.node.log.stats().appended()).as("kept").isZero();
        ops.connection().detach(ConsoleFeed.channel(TestNode.user("ops")));
        node.api.feed().run();
        assertThat(feeds(ops)).as("nobody is subscribed").isEqualTo(1);
    }

    @Test
    @DisplayName(
            "O5: the largest users are listed without the console's own connections, but with an operator's other connections")
    void o5_largestUsersAreListedWithoutTheConsolesConnections() {
        Peer ops = subscribed("ops", true);
        Peer namesake = subscribed("alice", false);
        node.get("state");
        node.api.feed().run();
        assertThat(ops.connection().sentBytes()).isPositive();

        assertThat(section(node.get("state"), "users_by_bytes"))
                .contains("alice")
                .doesNotContain("ops");

        node.kpis.node.connect("ops", "phone");
        assertThat(section(node.get("state"), "users_by_bytes"))
                .contains("\"user\":\"ops\"")
                .doesNotContain("\"connections\":2");
        ops.connection().detach(ConsoleFeed.channel(TestNode.user("ops")));
        assertThat(section(node.get("state"), "users_by_bytes")).contains("\"connections\":2");
        assertThat(namesake.connected()).isTrue();
    }

    @Test
    @DisplayName("S6: a refresh with a token without the operator group ends the feed")
    void aRefreshWithoutTheOperatorGroupEndsTheFeed() {
        Peer ops = subscribed("ops", true);
        node.get("state");
        node.api.feed().run();

        ops.connection().refresh(TestNode.context("ops", "console"));
        node.api.feed().run();

        assertThat(feeds(ops)).isEqualTo(1);
    }

    @Test
    @DisplayName("S6: the feed skips a connection that still has unsent messages")
    void skipsAConnectionWithUnsentMessages() {
        Peer ops = subscribed("ops", true);
        node.get("state");
        ops.wire().mode(FakeTransport.Mode.HELD);

        for (int i = 0; i < 5; i++) {
            node.api.feed().run();
        }

        assertThat(ops.connection().queuedMessages()).isLessThanOrEqualTo(1);
        assertThat(ops.connected()).isTrue();
    }

    @Test
    void endsTheFeedOfAnOperatorWhoStoppedAsking() {
        Peer ops = subscribed("ops", true);
        node.get("state");
        node.kpis.node.time.advance(Operators.LATELY);
        node.api.feed().run();
        assertThat(feeds(ops)).isEqualTo(1);

        node.kpis.node.time.advance(Duration.ofMillis(1));
        node.api.feed().run();

        assertThat(feeds(ops)).isEqualTo(1);
    }

    private Peer subscribed(String user, boolean operator) {
        UserContext as = TestNode.context(user, "console");
        Peer peer = node.kpis.node.connect(
                new UserContext(as.user(), as.session(), false, operator, as.expires()),
                new FakeTransport(),
                Optional.empty());
        Channel channel = ConsoleFeed.channel(TestNode.user(user));
        Connection connection = peer.connection();
        connection.attach(connection.context().orElseThrow(), channel);
        connection.goLive(channel, node.kpis.node.log.top(channel), Frame.of("{}"), node.kpis.node.log);
        connection.drain();
        return peer;
    }

    private static long feeds(Peer peer) {
        return peer.wire().messages().stream()
                .filter(message -> message.contains("\"figures\""))
                .count();
    }

    @Test
    @DisplayName("O2: each action is logged with its operator and user, and no user's name can forge a line")
    void o2_logsEachActionWithItsOperatorAndUser() {
        String user = "al\u2028ice\"";
        node.kpis.node.connect(user, "a");

        List<String> told = formatted(LogLines.of(ConsoleApi.class, () -> {
            node.post("disconnect", "{\"user\":\"al\\u2028ice\\\"\"}");
            node.post("cleanup", "");
            node.post("check", "");
            node.post("drain", "");
        }));

        assertThat(told)
                .containsExactly(
                        "Operator \"ops\" ended 1 connections of user \"al\\u2028ice\\\"\" with 3503",
                        "Operator \"ops\" runs the cleanup",
                        "Operator \"ops\" runs the isolation check",
                        "Operator \"ops\" drains this node");
    }
}
