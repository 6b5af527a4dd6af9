package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookClient;
import dev.cordon.hook.SessionEvent;
import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.hook.UnavailableException;
import dev.cordon.hook.http.FakeBackEnd.Request;
import dev.cordon.manager.HandTime;
import dev.cordon.protocol.Payload;
import dev.cordon.upkeep.LogLines;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
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
                        "websocket",
                        "json",
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

    /** What {@code /metrics} shows. */
    private double shown(String name) {
        return counters.metrics().all().stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value()
                .getAsDouble();
    }

    @Test
    void theMetricsShowHowManyEventsWaitAndForHowLong() {
        backEnd.answers(backEnd.hanging());
        time.advance(Duration.ofMillis(1_500));
        assertThat(shown("cordon_hook_http_events_age_seconds")).isZero();

        hooks.tell(Hooks.event(Kind.CONNECTED, "alice"), Hooks.within(LONG));

        assertThat(shown("cordon_hook_http_events_waiting")).isEqualTo(1);
        assertThat(shown("cordon_hook_http_events_age_seconds")).isEqualTo(1.5);
        await().until(hooks::posting);
        backEnd.close();
    }

    @Test
    void eventsThatAreDroppedOrTakenOverAreCounted() {
        backEnd.stop();
        MemoryEventStore full = new MemoryEventStore(1, new SpilledEvents()) {
            @Override
            public int turn() {
                return 3;
            }
        };
        HttpHooks of = hooks(full);

        of.tell(Hooks.event(Kind.CONNECTED, "alice"), Hooks.within(LONG));
        of.tell(Hooks.event(Kind.CONNECTED, "bob"), Hooks.within(LONG));
        of.turn();

        assertThat(counters.eventsDropped.sum()).isEqualTo(1);
        assertThat(counters.eventsTakenOver.sum()).isEqualTo(3);
        of.close();
        of.turn();
        assertThat(counters.eventsTakenOver.sum()).as("no turn behind the end").isEqualTo(3);
    }

    private HttpHooks hooks(EventStore events) {
        return new HttpHooks(
                Hooks.settings(Map.of(), every(Kind.values(), "/hear")), events, counters, time, time::nanos);
    }

    @Test
    void anEventThatCannotBeStoredIsToldAgainLater() {
        HttpHooks of = hooks(new MemoryEventStore() {
            @Override
            public synchronized int add(List<StoredEvent> more, Set<Kind> wanted) {
                throw new IllegalStateException("no database");
            }
        });

        assertThatThrownBy(() -> of.tell(Hooks.event(Kind.CONNECTED, "alice"), Hooks.within(LONG))
                        .toCompletableFuture()
                        .join())
                .cause()
                .isInstanceOf(UnavailableException.class)
                .hasMessage("an event of a hook cannot be stored: no database");
        of.close();
    }

    @Test
    void theThreadThatMayWaitForTheStoreKeepsNoProcessAlive() {
        CompletableFuture<Thread> reads = new CompletableFuture<>();
        HttpHooks of = hooks(new MemoryEventStore() {
            @Override
            public synchronized List<StoredEvent> first(Set<Kind> kinds, int number) {
                reads.complete(Thread.currentThread());
                return super.first(kinds, number);
            }
        });

        of.tell(Hooks.event(Kind.CONNECTED, "alice"), Hooks.within(LONG));

        assertThat(reads.join().getName()).isEqualTo("cordon-hook-events");
        assertThat(reads.join().isDaemon()).isTrue();
        of.close();
    }

    @Test
    @DisplayName("of connections nothing is followed for a back end that does not hear of their ends")
    void connectionsAreFollowedForTheirEndsAlone() {
        MemoryEventStore durable = new MemoryEventStore() {
            @Override
            public boolean followsConnections() {
                return true;
            }
        };
        HttpHooks of = new HttpHooks(
                Hooks.settings(Map.of(), Map.of(Kind.SUBSCRIBED, backEnd.at("/"))),
                durable,
                counters,
                time,
                time::nanos);

        assertThat(of.listensTo()).containsExactly(Kind.SUBSCRIBED);
        of.close();
    }

    @Test
    void eventsWaitInMemoryOrBeforeADurableStore() {
        HttpHookSettings settings = Hooks.settings(Map.of(), Map.of(Kind.CONNECTED, backEnd.at("/")));
        EventStore memory = HttpHooks.inMemory();
        EventStore buffered = HttpHooks.buffered(store, settings);

        assertThat(memory.followsConnections()).isFalse();
        assertThat(EventStoreContract.add(buffered, Hooks.stored(Kind.CONNECTED, "alice"), true))
                .isTrue();
        assertThat(store.waiting().events()).isZero();
        assertThat(buffered.turn()).isZero();
        assertThat(store.waiting().events()).isEqualTo(1);
        memory.close();
    }

    @Test
    void aSecondEndDoesNothing() {
        HttpHooks of = hooks(store);
        of.close();
        EventStoreContract.add(store, Hooks.stored(Kind.DISCONNECTED, "alice"), true);

        of.close();

        assertThat(backEnd.requests).isEmpty();
    }

    @Test
    @DisplayName("the end tells what waits, and ends the store and the calls")
    void theEndTellsWhatWaits() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        backEnd.answers(exchange -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            FakeBackEnd.json(204, "").to(exchange);
        });
        AtomicBoolean closed = new AtomicBoolean();
        MemoryEventStore waiting = new MemoryEventStore() {
            @Override
            public synchronized void close() {
                closed.set(true);
                super.close();
            }
        };
        HttpHooks of = hooks(waiting);
        EventStoreContract.add(waiting, Hooks.stored(Kind.DISCONNECTED, "alice"), true);
        Thread end = new Thread(of::close);
        end.start();
        await().until(() -> backEnd.requests.size() == 1 && end.getState() == Thread.State.TIMED_WAITING);

        release.countDown();

        end.join();
        assertThat(counters.eventsTold.sum()).isEqualTo(1);
        assertThat(closed).isTrue();
    }

    @Test
    void behindTheEndNothingIsAskedAndEventsAreKept() {
        HttpHooks of = hooks(every(HookCall.Kind.values(), "/ask"), every(Kind.values(), "/hear"));
        of.close();

        var lines = LogLines.withDetails(
                HttpHooks.class,
                () -> assertThat(of.tell(Hooks.event(Kind.CONNECTED, "alice"), Hooks.within(LONG)))
                        .isCompleted());

        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).isEqualTo("An event came after the end"));
        assertThat(store.waiting().events()).isEqualTo(1);
        assertThatThrownBy(() -> of.call(Hooks.rpc("alice"), Hooks.within(LONG)))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(backEnd.requests).isEmpty();
    }

    @Test
    void theFailureItselfIsWithoutWhatAStageWrapsAroundIt() {
        IllegalStateException failure = new IllegalStateException("broken", new IllegalArgumentException("why"));

        assertThat(HttpHooks.cause(new CompletionException(failure))).isSameAs(failure);
        assertThat(HttpHooks.cause(failure)).isSameAs(failure);
    }
}
