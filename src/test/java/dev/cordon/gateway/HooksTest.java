package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.hook.FakeHooks;
import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookCounters;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.hook.HookSettings;
import dev.cordon.hook.SessionEvent;
import dev.cordon.manager.Connection;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What clients see of the application's hooks, and what hooks see of clients. */
class HooksTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String NOT_NOW =
            "{\"id\":%d,\"error\":{\"code\":108,\"message\":\"not available now\",\"temporary\":true}}";

    private final FakeHooks application = new FakeHooks();
    private HookDispatcher hooks = dispatcher(Duration.ofSeconds(30));
    private TestNode node = new TestNode(hooks);

    @AfterEach
    void close() {
        hooks.close();
    }

    private HookDispatcher dispatcher(Duration deadline) {
        return new HookDispatcher(
                List.of(application),
                new HookSettings(deadline, 8, 2, 100, Set.of("x-tenant", "cookie")),
                new HookCounters(),
                () -> 64 * 1024,
                Clock.systemUTC(),
                System::nanoTime);
    }

    /** Anew, with hooks that decide on these. */
    private void deciding(Duration deadline, HookCall.Kind... kinds) {
        hooks.close();
        application.decides(kinds);
        hooks = dispatcher(deadline);
        node = new TestNode(hooks);
    }

    private static CompletionStage<HookAnswer> never() {
        return new CompletableFuture<>();
    }

    private TestClient connecting(String user) {
        TestClient client = node.socket();
        client.connect(node.token(user, HOUR));
        return client;
    }

    private TestClient connected(String user) {
        TestClient client = connecting(user);
        awaitReply(client);
        client.received();
        return client;
    }

    private static String awaitReply(TestClient client) {
        await().until(() -> !client.wire().messages().isEmpty());
        return client.wire().messages().get(0);
    }

    private static void awaitClosed(TestClient client, int code) {
        await().until(() -> client.closedWith().equals(List.of(code)));
    }

    @Test
    void theConnectReplyHasTheApplicationsData() {
        application.answer(HookAnswer.data("{\"theme\":\"dark\"}"));
        node.showNode("127.0.0.1:8081");

        TestClient ann = connecting("ann");

        assertThat(awaitReply(ann)).contains("\"ttl\":3600,\"data\":{\"theme\":\"dark\"},\"subs\":{\"#ann\":");
    }

    @Test
    void theApplicationSeesWhoConnectsAndWhatTheClientTellsOfItself() {
        TestClient ann = node.socket(Runnable::run, Map.of("x-tenant", "acme"));
        ann.sends("{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", HOUR)
                + "\",\"name\":\"js\",\"version\":\"5.8.0\",\"data\":{\"session\":\"laptop\",\"page\":7},"
                + "\"headers\":{\"x-tenant\":\"made up\",\"cookie\":\"made up\"}}}");
        awaitReply(ann);

        HookCall.Connect call = (HookCall.Connect) application.calls.get(0);
        assertThat(call.client().user().value()).isEqualTo("ann");
        assertThat(call.client().session().value()).isEqualTo("laptop");
        assertThat(call.client().connection()).isEqualTo(ann.connection().id());
        assertThat(call.client().name()).isEqualTo("js");
        assertThat(call.client().version()).isEqualTo("5.8.0");
        assertThat(call.client().transport()).isEqualTo("websocket");
        assertThat(call.client().protocol()).isEqualTo("json");
        assertThat(call.data().orElseThrow().text()).isEqualTo("{\"session\":\"laptop\",\"page\":7}");
        assertThat(call.expires()).isEqualTo(node.clock.instant().plus(HOUR));
        assertThat(call.client().headers())
                .as("CVE-2026-71485: headers of the handshake alone")
                .containsExactly(Map.entry("x-tenant", "acme"));
    }

    @Test
    void nobodyIsAskedAboutATokenThatIsNotValid() {
        TestClient stranger = node.socket();

        stranger.connect("garbage");

        awaitClosed(stranger, 3500);
        assertThat(application.calls).isEmpty();
    }

    @Test
    void theApplicationMayEndAConnectionEarlier() {
        application.answer(HookAnswer.until(node.clock.instant().plusSeconds(60)));
        TestClient ann = connecting("ann");
        assertThat(awaitReply(ann)).contains("\"ttl\":60,");

        node.pass(Duration.ofSeconds(65));

        awaitClosed(ann, 3005);
    }

    @Test
    void theApplicationCannotOutliveTheToken() {
        application.answer(HookAnswer.until(node.clock.instant().plusSeconds(10_000)));

        assertThat(awaitReply(connecting("ann"))).contains("\"ttl\":3600,");
    }

    @Test
    void theApplicationMaySubscribeAClientToMoreOfItsUsersChannels() {
        node.publish("orders#ann", "1");
        application.answer(HookAnswer.accept()
                .subscribing(List.of(
                        Channel.parse("orders#ann"),
                        Channel.parse("orders#bob"),
                        Channel.parse("console#ann"),
                        Channel.parse("#ann"))));
        TestClient ann = node.socket();
        ann.sends("{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", HOUR)
                + "\",\"subs\":{\"orders#ann\":{\"recover\":true,\"epoch\":\"\",\"offset\":0}}}}");

        String reply = awaitReply(ann);
        assertThat(reply)
                .contains("\"subs\":{\"#ann\":{")
                .contains(",\"orders#ann\":{")
                .contains("\"recovered\":true,\"publications\":[{\"offset\":1,\"data\":1}]")
                .doesNotContain("bob")
                .doesNotContain("console");
        await().until(() -> application.events.size() == 2);
        assertThat(application.events.get(1).channel()).contains(Channel.parse("orders#ann"));
        ann.received();
        node.publish("orders#ann", "2");
        node.publish("orders#bob", "3");
        assertThat(ann.received()).singleElement().asString().contains("\"offset\":2,\"data\":2");
    }

    @Test
    void theApplicationMayRefuseWithACodeOfItsOwn() {
        application.answer(HookAnswer.close(4_501, "account is locked"));

        TestClient ann = connecting("ann");

        awaitClosed(ann, 4_501);
        assertThat(ann.wire().closes().get(0).reason()).isEqualTo("account is locked");
        assertThat(node.rejected.rejected(SocketCounters.Rejected.POLICY)).isEqualTo(1);
        assertThat(node.factory.stats().managers()).isZero();
        assertThat(application.events).as("never connected").isEmpty();
    }

    @Test
    void anErrorEndsAConnectForGoodUnlessItIsTemporary() {
        application.answer(HookAnswer.error(403, "not for you"));
        TestClient ann = connecting("ann");
        awaitClosed(ann, 3507);
        assertThat(ann.received())
                .containsExactly("{\"id\":1,\"error\":{\"code\":403,\"message\":\"not for you\",\"temporary\":false}}");

        application.answer(new HookAnswer.Fail(503, "try later", true));
        TestClient bob = connecting("bob");
        awaitClosed(bob, 3011);
        assertThat(bob.received())
                .containsExactly("{\"id\":1,\"error\":{\"code\":503,\"message\":\"try later\",\"temporary\":true}}");
    }

    @Test
    @DisplayName("a subscribe before the connect is a bad request, and the application does not hear of it")
    void asksNothingForStrangers() {
        deciding(Duration.ofSeconds(5), HookCall.Kind.SUBSCRIBE);
        TestClient stranger = node.socket();

        stranger.sends("{\"id\":1,\"subscribe\":{\"channel\":\"#ann\"}}");

        assertThat(stranger.closedWith()).containsExactly(3501);
        assertThat(application.calls).isEmpty();
    }

    @Test
    @DisplayName(
            "a connect waits for the application for no longer than the deadline, and not in vain for the connect deadline")
    void aConnectWaitsNoLongerThanTheDeadline() {
        deciding(Duration.ofMillis(50), HookCall.Kind.CONNECT);
        application.asked((call, deadline) -> never());

        TestClient ann = connecting("ann");

        awaitClosed(ann, 3011);
        assertThat(ann.received()).containsExactly(NOT_NOW.formatted(1));
    }

    @Test
    void theConnectDeadlineDoesNotCutAConnectThatWaitsForTheApplication() {
        CompletableFuture<HookAnswer> answer = new CompletableFuture<>();
        application.asked((call, deadline) -> answer);
        TestClient ann = connecting("ann");
        await().until(() -> !application.calls.isEmpty());

        node.pass(Duration.ofSeconds(20));
        assertThat(ann.closedWith()).isEmpty();
        answer.complete(HookAnswer.accept());

        assertThat(awaitReply(ann)).startsWith("{\"id\":1,\"connect\":");
    }

    @Test
    void commandsBehindAConnectWaitForTheApplication() {
        CompletableFuture<HookAnswer> answer = new CompletableFuture<>();
        application.asked((call, deadline) -> answer);
        TestClient ann = connecting("ann");
        ann.sends("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":2}}");
        await().until(() -> !application.calls.isEmpty());
        assertThat(ann.received()).isEmpty();

        answer.complete(HookAnswer.accept());

        await().until(() -> ann.wire().messages().size() == 2);
        assertThat(ann.received().get(1)).isEqualTo("{\"id\":2,\"rpc\":{\"data\":2}}");
    }

    @Test
    void aClientThatLeavesWhileTheApplicationDecidesIsNotAccepted() {
        CompletableFuture<HookAnswer> answer = new CompletableFuture<>();
        application.asked((call, deadline) -> answer);
        TestClient ann = connecting("ann");
        await().until(() -> !application.calls.isEmpty());

        ann.handler().ended(Disconnect.NORMAL);
        answer.complete(HookAnswer.accept());

        awaitClosed(ann, 3000);
        await().until(() -> node.factory.stats().managers() == 0
                && node.factory.connections().isEmpty());
        assertThat(application.events).isEmpty();
    }

    @Test
    void anRpcIsAnsweredByTheApplication() {
        application.answer(HookAnswer.data("[1,2]"));
        TestClient ann = connected("ann");

        ann.sends("{\"id\":5,\"rpc\":{\"method\":\"app.list\",\"data\":{\"page\":1}}}");

        assertThat(awaitReply(ann)).isEqualTo("{\"id\":5,\"rpc\":{\"data\":[1,2]}}");
        HookCall.Rpc call = (HookCall.Rpc) application.calls.get(1);
        assertThat(call.method()).isEqualTo("app.list");
        assertThat(call.data()).isEqualTo(Payload.json("{\"page\":1}"));
        assertThat(call.client().user().value()).isEqualTo("ann");
    }

    @Test
    void anRpcThatNobodyAnswersIsUnknown() {
        TestClient ann = connected("ann");

        assertThat(ann.asks("{\"id\":5,\"rpc\":{\"method\":\"other\",\"data\":{}}}"))
                .singleElement()
                .asString()
                .startsWith("{\"id\":5,\"error\":{\"code\":104,\"message\":\"method not found: ");
        assertThat(application.calls).hasSize(1);
    }

    @Test
    @DisplayName("an rpc that waits keeps no other command waiting, and its answer comes later")
    void anRpcThatWaitsKeepsNothingWaiting() {
        TestClient ann = connected("ann");
        CompletableFuture<HookAnswer> answer = new CompletableFuture<>();
        application.asked((call, deadline) -> answer);

        assertThat(ann.asks(
                        "{\"id\":5,\"rpc\":{\"method\":\"app.slow\"}}",
                        "{\"id\":6,\"rpc\":{\"method\":\"echo\",\"data\":6}}"))
                .containsExactly("{\"id\":6,\"rpc\":{\"data\":6}}");
        node.publish("#ann", "7");
        assertThat(ann.received()).singleElement().asString().contains("\"data\":7");
        answer.complete(HookAnswer.accept());

        assertThat(awaitReply(ann)).isEqualTo("{\"id\":5,\"rpc\":{\"data\":{}}}");
    }

    @Test
    void anRpcMayEndInAnErrorOrTheConnection() {
        TestClient ann = connected("ann");
        application.answer(HookAnswer.error(409, "sold out"));
        ann.sends("{\"id\":5,\"rpc\":{\"method\":\"app.buy\"}}");
        assertThat(awaitReply(ann))
                .isEqualTo("{\"id\":5,\"error\":{\"code\":409,\"message\":\"sold out\",\"temporary\":false}}");

        application.answer(HookAnswer.close(4_000, "come back"));
        ann.sends("{\"id\":6,\"rpc\":{\"method\":\"app.buy\"}}");

        awaitClosed(ann, 4_000);
    }

    @Test
    void anRpcThatHangsIsATemporaryError() {
        deciding(Duration.ofMillis(50));
        application.asked((call, deadline) -> never());
        TestClient ann = connected("ann");

        ann.sends("{\"id\":5,\"rpc\":{\"method\":\"app.slow\"}}");

        assertThat(awaitReply(ann)).isEqualTo(NOT_NOW.formatted(5));
        assertThat(ann.connection().state()).isEqualTo(Connection.State.CONNECTED);
    }

    @Test
    void theApplicationDecidesOnARefresh() {
        deciding(Duration.ofSeconds(30), HookCall.Kind.REFRESH);
        TestClient ann = connected("ann");
        String refresh = "{\"id\":%d,\"refresh\":{\"token\":\"" + node.token("ann", Duration.ofHours(2)) + "\"}}";

        application.answer(HookAnswer.until(node.clock.instant().plusSeconds(90)));
        ann.sends(refresh.formatted(5));
        assertThat(awaitReply(ann)).contains("\"refresh\":{").contains("\"ttl\":90}");
        ann.received();

        application.answer(new HookAnswer.Fail(500, "later", true));
        ann.sends(refresh.formatted(6), "{\"id\":7,\"rpc\":{\"method\":\"echo\",\"data\":7}}");
        await().until(() -> ann.wire().messages().size() == 2);
        assertThat(ann.received()).last().isEqualTo("{\"id\":7,\"rpc\":{\"data\":7}}");
        assertThat(ann.closedWith()).isEmpty();

        application.answer(HookAnswer.error(403, "no more"));
        ann.sends(refresh.formatted(8));
        awaitClosed(ann, 3507);
    }

    @Test
    void aRefreshForAnotherUserIsNotAskedAbout() {
        deciding(Duration.ofSeconds(30), HookCall.Kind.REFRESH);
        TestClient ann = connected("ann");

        ann.sends("{\"id\":5,\"refresh\":{\"token\":\"" + node.token("bob", HOUR) + "\"}}");

        assertThat(awaitReply(ann)).contains("\"code\":103");
        assertThat(application.calls).isEmpty();
    }

    @Test
    void theApplicationDecidesOnASubscription() {
        deciding(Duration.ofSeconds(30), HookCall.Kind.SUBSCRIBE);
        TestClient ann = connected("ann");
        application.answer(HookAnswer.error(103, "no orders for you"));

        ann.sends(
                "{\"id\":5,\"subscribe\":{\"channel\":\"orders#ann\"}}",
                "{\"id\":6,\"rpc\":{\"method\":\"echo\",\"data\":6}}");
        await().until(() -> ann.wire().messages().size() == 2);
        assertThat(ann.received())
                .containsExactly(
                        "{\"id\":5,\"error\":{\"code\":103,\"message\":\"no orders for you\",\"temporary\":false}}",
                        "{\"id\":6,\"rpc\":{\"data\":6}}");
        node.publish("orders#ann", "1");
        assertThat(ann.received()).isEmpty();

        application.answer(HookAnswer.accept());
        ann.sends("{\"id\":7,\"subscribe\":{\"channel\":\"orders#ann\"}}");
        assertThat(awaitReply(ann)).startsWith("{\"id\":7,\"subscribe\":{\"recoverable\":true");
        ann.received();
        node.publish("orders#ann", "2");
        assertThat(ann.received()).singleElement().asString().contains("\"data\":2");
    }

    @Test
    void aForeignChannelIsRejectedWithoutTheApplication() {
        deciding(Duration.ofSeconds(30), HookCall.Kind.SUBSCRIBE);
        TestClient ann = connected("ann");

        ann.sends("{\"id\":5,\"subscribe\":{\"channel\":\"orders#bob\"}}");

        assertThat(awaitReply(ann)).contains("\"code\":103");
        assertThat(application.calls).isEmpty();
    }

    @Test
    void theApplicationHearsWhatBecomesOfAConnection() {
        TestClient ann = connected("ann");
        node.publish("orders#ann", "1");
        ann.sends(
                "{\"id\":5,\"subscribe\":{\"channel\":\"orders#ann\"}}",
                "{\"id\":6,\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"orders#ann\",\"upto\":0}}}",
                "{\"id\":7,\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"orders#ann\",\"upto\":1}}}",
                "{\"id\":8,\"unsubscribe\":{\"channel\":\"orders#ann\"}}",
                "{\"id\":9,\"unsubscribe\":{\"channel\":\"orders#ann\"}}");
        ann.connection().close(Disconnect.SLOW);

        await().until(() -> application.kinds().contains(SessionEvent.Kind.DISCONNECTED));
        assertThat(application.kinds())
                .containsExactly(
                        SessionEvent.Kind.CONNECTED,
                        SessionEvent.Kind.SUBSCRIBED,
                        SessionEvent.Kind.ACKNOWLEDGED_ALL,
                        SessionEvent.Kind.UNSUBSCRIBED,
                        SessionEvent.Kind.DISCONNECTED);
        assertThat(application.events.get(4).why()).contains(Disconnect.SLOW);
        assertThat(application.events)
                .allSatisfy(event -> assertThat(event.client().connection())
                        .isEqualTo(ann.connection().id()));
    }

    @Test
    @DisplayName("each connected has its disconnected, whatever ends the connection and whenever")
    void eachConnectedHasItsDisconnected() {
        for (int i = 0; i < 20; i++) {
            TestClient client = connecting("u" + i);
            if (i % 2 == 0) {
                client.handler().ended(Disconnect.NORMAL);
            } else {
                awaitReply(client);
                client.connection().drainAndClose(Disconnect.SHUTDOWN);
            }
        }

        await().until(() -> node.factory.connections().isEmpty());
        await().untilAsserted(() -> {
            long begun = application.kinds().stream()
                    .filter(SessionEvent.Kind.CONNECTED::equals)
                    .count();
            assertThat(application.kinds().stream().filter(SessionEvent.Kind.DISCONNECTED::equals))
                    .hasSize((int) begun);
            assertThat(begun).isGreaterThanOrEqualTo(10);
        });
    }

    @Test
    @DisplayName("a connect that the log cannot answer, or that nobody waits for, is neither told nor is its end")
    void tellsOfConnectsThatAreAnsweredAlone() {
        node.log.lost(TestLog.Lost.EVERYTHING);
        TestClient rejected = connecting("ann");
        assertThat(awaitReply(rejected)).isEqualTo(NOT_NOW.formatted(1));
        awaitClosed(rejected, 3011);
        node.log.lost(TestLog.Lost.NOTHING);
        TestClient gone = node.socket();
        node.log.whileReading(() -> gone.handler().ended(Disconnect.NORMAL));
        gone.connect(node.token("ann", HOUR));
        awaitClosed(gone, 3000);
        TestClient accepted = connected("ann");
        accepted.connection().close(Disconnect.SLOW);

        await().until(() -> application.kinds().contains(SessionEvent.Kind.DISCONNECTED));

        assertThat(application.kinds()).containsExactly(SessionEvent.Kind.CONNECTED, SessionEvent.Kind.DISCONNECTED);
        assertThat(application.events)
                .allSatisfy(event -> assertThat(event.client().connection())
                        .isEqualTo(accepted.connection().id()));
    }

    @Test
    void hooksSeeTheAllowedHeadersAlone() {
        FakeHandshake handshake = new FakeHandshake()
                .with("Cookie", "a=1", "b=2")
                .with("X-Tenant", "acme")
                .with("Authorization", "Bearer x");

        assertThat(node.gateway.headersForHooks(handshake))
                .containsOnly(Map.entry("cookie", "a=1; b=2"), Map.entry("x-tenant", "acme"));
        assertThat(new TestNode().gateway.headersForHooks(handshake)).isEmpty();
    }

    @Test
    void withoutHooksAnRpcIsUnknownAndNothingIsKept() {
        TestNode plain = new TestNode();
        TestClient ann = plain.connected("ann");

        assertThat(ann.asks("{\"id\":5,\"rpc\":{\"method\":\"app.list\"}}"))
                .singleElement()
                .asString()
                .contains("\"code\":104");
        assertThat(plain.gateway.keepsHeaders()).isFalse();
        assertThat(Optional.of(plain.gateway).filter(Gateway::asksBeforeSubscribe))
                .isEmpty();
    }
}
