package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookCounters;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.hook.HookSettings;
import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.hook.http.FakeBackEnd;
import dev.cordon.hook.http.HookSecrets;
import dev.cordon.hook.http.HttpHookCounters;
import dev.cordon.hook.http.HttpHookSettings;
import dev.cordon.hook.http.HttpHooks;
import dev.cordon.protocol.Disconnect;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients notice of a back end that answers badly or not at all, through the dispatcher and over real HTTP. */
@Timeout(60)
class BackEndWeatherTest {
    private static final String RPC = "{\"id\":7,\"rpc\":{\"method\":\"orders.list\",\"data\":{}}}";

    private final FakeBackEnd backEnd = new FakeBackEnd();
    private final HttpHookCounters counters = new HttpHookCounters();
    private final AtomicLong nanos = new AtomicLong();
    private final HttpHooks http = new HttpHooks(
            new HttpHookSettings(
                    Map.of(HookCall.Kind.RPC, backEnd.at("/rpc")),
                    Map.of(Kind.DISCONNECTED, backEnd.at("/events")),
                    List.of("orders.*"),
                    HookSecrets.of(TestNode.SECRET, Optional.empty())),
            HttpHooks.inMemory(),
            counters,
            Clock.systemUTC(),
            nanos::get);
    private final HookDispatcher hooks = new HookDispatcher(
            List.of(http),
            new HookSettings(Duration.ofMillis(500), 8, 2, 100, Set.of()),
            new HookCounters(),
            () -> 64 * 1024,
            Clock.systemUTC(),
            System::nanoTime);
    private final TestNode node = new TestNode(hooks);

    @AfterEach
    void close() {
        backEnd.close();
        hooks.close();
    }

    static Stream<Arguments> weather() {
        return Stream.of(
                weather("hangs", backEnd -> backEnd.answers(backEnd.hanging())),
                weather("answers 500", backEnd -> backEnd.answers(FakeBackEnd.json(500, "oh"))),
                weather("answers garbage", backEnd -> backEnd.answers(FakeBackEnd.json(200, "oh"))),
                weather("answers 10 MB", backEnd -> backEnd.answers(FakeBackEnd.pouring(10 * 1024 * 1024))),
                weather(
                        "redirects",
                        backEnd -> backEnd.answers(
                                FakeBackEnd.redirecting(backEnd.at("/elsewhere").toString()))),
                weather("is not there", FakeBackEnd::stop));
    }

    private static Arguments weather(String name, Consumer<FakeBackEnd> bad) {
        return arguments(name, bad);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("weather")
    @DisplayName("sockets stay, messages are delivered, and a disconnect is told when the back end is back")
    void usersNoticeNoMoreThanTheirOwnCalls(String name, Consumer<FakeBackEnd> bad) {
        TestClient ann = node.connected("ann");
        TestClient bob = node.connected("bob");
        TestClient gone = node.connected("carol");
        bad.accept(backEnd);

        ann.sends(RPC);
        gone.handler().ended(Disconnect.NORMAL);

        for (int i = 0; i < 100; i++) {
            node.publish("#bob", Integer.toString(i));
        }
        assertThat(bob.received()).as("delivered without waiting for anybody").hasSize(100);
        await().until(() -> !ann.wire().messages().isEmpty());
        assertThat(ann.received())
                .singleElement()
                .asString()
                .startsWith("{\"id\":7,\"error\":{\"code\":10")
                .endsWith("\"temporary\":true}}");
        node.publish("#ann", "1");
        assertThat(ann.received()).hasSize(1);
        assertThat(ann.closedWith()).isEmpty();
        assertThat(bob.closedWith()).isEmpty();

        wellAgain();

        await().untilAsserted(() -> {
            nanos.addAndGet(Duration.ofSeconds(30).toNanos());
            http.turn();
            assertThat(counters.eventsTold.sum()).isEqualTo(1);
        });
        assertThat(backEnd.requests)
                .anySatisfy(request -> assertThat(request.body())
                        .contains("\"event\":\"disconnected\"", "\"user\":\"carol\"", "\"code\":3000"));
        ann.sends(RPC);
        await().until(() -> !ann.wire().messages().isEmpty());
        assertThat(ann.received()).containsExactly("{\"id\":7,\"rpc\":{\"data\":{}}}");
    }

    private void wellAgain() {
        backEnd.answers(FakeBackEnd.json(200, FakeBackEnd.ACCEPT));
        backEnd.stop();
        backEnd.start();
    }
}
