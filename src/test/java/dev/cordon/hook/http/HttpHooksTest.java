package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookClient;
import dev.cordon.hook.SessionEvent;
import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.hook.http.FakeBackEnd.Request;
import dev.cordon.manager.HandTime;
import dev.cordon.protocol.Payload;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions and events of a back end that is well. */
@Timeout(30)
class HttpHooksTest {
    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final Duration LONG = Duration.ofSeconds(20);

    private final HandTime time = new HandTime();
    private final FakeBackEnd backEnd = new FakeBackEnd();
    private final MemoryEventStore store = new MemoryEventStore();
    private final HttpHookCounters counters = new HttpHookCounters();
    private final HttpHooks hooks = hooks(every(HookCall.Kind.values(), "/ask"), every(Kind.values(), "/hear"));

    private HttpHooks hooks(Map<HookCall.Kind, URI> questions, Map<Kind, URI> events) {
        return new HttpHooks(Hooks.settings(questions, events), store, counters, time, time::nanos);
    }

    private <K> Map<K, URI> every(K[] kinds, String path) {
        Map<K, URI> addresses = new HashMap<>();
        List.of(kinds).forEach(kind -> addresses.put(kind, backEnd.at(path)));
        return addresses;
    }

    @AfterEach
    void close() {
        hooks.close();
        backEnd.close();
    }

    private static HookAnswer answer(CompletionStage<HookAnswer> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void asksTheBackEndAndCarriesItsAnswer() {
        backEnd.answers(FakeBackEnd.json(200, "{\"result\":{\"data\":{\"orders\":[]}}}"));

        HookAnswer answer = answer(hooks.call(Hooks.rpc("alice"), Hooks.within(LONG)));

        assertThat(answer)
                .isEqualTo(new HookAnswer.Accept(
                        Optional.of(Payload.json("{\"orders\":[]}")), Optional.empty(), List.of()));
        Request request = backEnd.requests.get(0);
        assertThat(request.path()).isEqualTo("/ask");
        assertThat(request.body()).contains("\"method\":\"orders.list\",\"data\":{\"n\":1}");
        assertThat(request.headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Cookie", "a=b")
                .containsEntry("X-Cordon-Timestamp", Long.toString(HandTime.START.getEpochSecond()))
                .containsEntry(
                        "X-Cordon-Signature",
                        HookSignature.of(HookQuestion.json(Hooks.rpc("alice")), Hooks.SECRETS, time)
                                .signatures());
        assertThat(counters.answers.sum()).isEqualTo(1);
    }

    @Test
    void keepsItsConnections() {
        for (int i = 0; i < 5; i++) {
            answer(hooks.call(Hooks.rpc("alice"), Hooks.within(LONG)));
        }

        assertThat(backEnd.requests.stream().map(Request::from).distinct()).hasSize(1);
    }

    @Test
    @DisplayName("headers that say something of the request itself are the node's own, whatever the client has sent")
    void passesOnNoHeaderThatIsTheNodesOwn() {
        HookCall.Rpc call = new HookCall.Rpc(
                new HookClient(
                        Hooks.client("alice").user(),
                        Hooks.client("alice").session(),
                        Hooks.client("alice").connection(),
                        "js",
                        "",
                        Map.of(
                                "host", "evil.example",
                                "content-length", "3",
                                "x-cordon-signature", "forged",
                                "x-cordon-anything", "forged",
                                "x-odd", "a\u00e9",
                                "user-agent", "browser")),
                "m",
                Payload.EMPTY);

        answer(hooks.call(call, Hooks.within(LONG)));

        assertThat(backEnd.requests.get(0).headers())
                .containsEntry("User-Agent", "browser")
                .doesNotContainKeys("X-Odd", "X-Cordon-Anything")
                .doesNotContainValue("forged")
                .doesNotContainValue("evil.example");
    }

    @Test
    void decidesAndHearsWhatHasAnAddress() {
        assertThat(hooks.decides())
                .containsExactlyInAnyOrder(HookCall.Kind.CONNECT, HookCall.Kind.REFRESH, HookCall.Kind.SUBSCRIBE);
        assertThat(hooks.answers("anything")).isTrue();
        assertThat(hooks.listensTo()).containsExactlyInAnyOrder(Kind.values());
        HttpHooks few = hooks(Map.of(HookCall.Kind.CONNECT, backEnd.at("/")), Map.of());
        assertThat(few.decides()).containsExactly(HookCall.Kind.CONNECT);
        assertThat(few.answers("anything")).isFalse();
        assertThat(few.listensTo()).isEmpty();
        assertThat(few.describe()).isEqualTo("HTTP: connect");
        assertThat(hooks.describe())
                .isEqualTo("HTTP: connect, refresh, rpc *, subscribe: events acknowledged-all, connected,"
                        + " disconnected, subscribed, unsubscribed");
    }

    @Test
    void tellsEventsInOrderEachOnce() {
        List<SessionEvent> events = IntStream.range(0, 250)
                .mapToObj(i -> Hooks.event(KINDS.get(i % KINDS.size()), "user" + i))
                .toList();

        events.forEach(event ->
                hooks.tell(event, Hooks.within(LONG)).toCompletableFuture().join());

        await().until(() -> counters.eventsTold.sum() == 250);
        String told = backEnd.requests.stream().map(Request::body).reduce("", String::concat);
        int at = 0;
        for (SessionEvent event : events) {
            int next = told.indexOf(StoredEvent.of(event).json().text());
            assertThat(next).as(event.id()).isGreaterThanOrEqualTo(at);
            at = next;
        }
        assertThat(store.first(EventStoreContract.ALL, 1)).isEmpty();
    }

    @Test
    void anEventSaysWhatHasHappened() {
        hooks.tell(Hooks.event(Kind.DISCONNECTED, "alice"), Hooks.within(LONG));
        await().until(() -> counters.eventsTold.sum() == 1);
        hooks.tell(Hooks.event(Kind.ACKNOWLEDGED_ALL, "bob"), Hooks.within(LONG));

        await().until(() -> counters.eventsTold.sum() == 2);
        assertThat(backEnd.requests.get(0).body())
                .isEqualTo("{\"events\":[{\"id\":\"c-alice-disconnected\",\"event\":\"disconnected\","
                        + "\"time_ms\":1893456000000,\"client\":\"c-alice\",\"user\":\"alice\",\"session\":\"laptop\","
                        + "\"code\":3012,\"reason\":\"no pong\"}]}");
        assertThat(backEnd.requests.get(1).body())
                .contains("{\"id\":\"ACKNOWLEDGED_ALL-of-bob\",\"event\":\"acknowledged-all\","
                        + "\"time_ms\":1893456000000,\"client\":\"c-bob\",\"user\":\"bob\",\"session\":\"laptop\","
                        + "\"channel\":\"orders#bob\"}");
    }

    @Test
    void eventsOfDifferentAddressesDoNotWaitForEachOther() {
        Map<Kind, URI> addresses = new EnumMap<>(Kind.class);
        addresses.put(Kind.CONNECTED, backEnd.at("/hangs"));
        addresses.put(Kind.DISCONNECTED, backEnd.at("/well"));
        backEnd.decides(request ->
                request.path().equals("/hangs") ? backEnd.hanging() : FakeBackEnd.json(200, FakeBackEnd.ACCEPT));
        HttpHooks two = hooks(Map.of(), addresses);

        two.tell(Hooks.event(Kind.CONNECTED, "alice"), Hooks.within(LONG));
        two.tell(Hooks.event(Kind.DISCONNECTED, "alice"), Hooks.within(LONG));

        await().until(() -> counters.eventsTold.sum() == 1);
        assertThat(store.first(EventStoreContract.ALL, 10)).containsExactly(Hooks.stored(Kind.CONNECTED, "alice"));
    }

    @Test
    void aConnectionIsFollowedForAStoreThatOutlivesTheNode() {
        MemoryEventStore durable = new MemoryEventStore() {
            @Override
            public boolean followsConnections() {
                return true;
            }
        };
        Map<Kind, URI> disconnected = Map.of(Kind.DISCONNECTED, backEnd.at("/"));
        HttpHooks following =
                new HttpHooks(Hooks.settings(Map.of(), disconnected), durable, counters, time, time::nanos);

        assertThat(following.listensTo()).containsExactlyInAnyOrder(Kind.CONNECTED, Kind.DISCONNECTED);
        following.tell(Hooks.event(Kind.CONNECTED, "alice"), Hooks.within(LONG));
        following.tell(Hooks.event(Kind.DISCONNECTED, "alice"), Hooks.within(LONG));

        await().until(() -> counters.eventsTold.sum() == 1);
        assertThat(backEnd.requests).hasSize(1);
        assertThat(backEnd.requests.get(0).body()).doesNotContain("\"connected\"");
    }
}
