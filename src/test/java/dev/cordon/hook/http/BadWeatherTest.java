package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cordon.Certificates;
import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.hook.UnavailableException;
import dev.cordon.hook.http.FakeBackEnd.Request;
import dev.cordon.kpi.AlertEvent;
import dev.cordon.kpi.KpiNode;
import dev.cordon.manager.HandTime;
import dev.cordon.upkeep.LogLines;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.logging.Level;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A back end that answers badly or not at all. docs/operations.md has a line for each case. */
@Timeout(60)
class BadWeatherTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    private static Certificates certificates;

    private final KpiNode node = new KpiNode();
    private final HandTime time = node.node.time;
    private FakeBackEnd backEnd = new FakeBackEnd();
    private HttpHooks hooks = hooks(Optional.empty());

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates();
    }

    private HttpHooks hooks(Optional<SSLContext> trust) {
        Map<HookCall.Kind, URI> questions = Map.of(HookCall.Kind.RPC, backEnd.at("/rpc"));
        Map<Kind, URI> events = new HashMap<>();
        Stream.of(Kind.values()).forEach(kind -> events.put(kind, backEnd.at("/events")));
        return new HttpHooks(
                Hooks.settings(questions, events), new MemoryEventStore(), node.httpHooks, time, time::nanos, trust);
    }

    @AfterEach
    void close() {
        hooks.close();
        backEnd.close();
    }

    private HookAnswer ask(String user, Duration left) {
        return hooks.call(Hooks.rpc(user), Hooks.within(left))
                .toCompletableFuture()
                .join();
    }

    /** A question fails with one line, and with a counter of its reason. */
    private void fails(CallFailure reason, String line) {
        fails(reason, line, LONG);
    }

    private void fails(CallFailure reason, String line, Duration left) {
        long before = node.httpHooks.failures.sum(reason);
        assertThatThrownBy(() -> ask("alice", left))
                .isInstanceOf(CompletionException.class)
                .cause()
                .hasMessageStartingWith("cordon.hook.rpc.url: " + line)
                .message()
                .doesNotContain("\n")
                .doesNotContain("127.0.0.1");
        assertThat(node.httpHooks.failures.sum(reason)).isEqualTo(before + 1);
    }

    @Test
    void aHangingBackEndIsGivenUpAtTheDeadline() {
        backEnd.answers(backEnd.hanging());

        fails(CallFailure.TIMEOUT, "no complete answer within 300 ms", SHORT);
        fails(CallFailure.TIMEOUT, "there was no time left to ask", Duration.ZERO);
    }

    @Test
    void anAnswerThatStopsInItsMiddleIsGivenUpAtTheDeadline() {
        backEnd.answers(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            backEnd.hanging().to(exchange);
        });

        fails(CallFailure.TIMEOUT, "no complete answer within 300 ms", SHORT);
    }

    @Test
    void aStatusIsNamed() {
        backEnd.answers(FakeBackEnd.json(500, "<html>a stack trace</html>"));
        fails(CallFailure.STATUS, "it answered 500");

        backEnd.answers(FakeBackEnd.json(401, ""));
        fails(CallFailure.STATUS, "it answered 401");
    }

    @Test
    void garbageIsNoAnswer() {
        backEnd.answers(FakeBackEnd.json(200, "<html>hunter2</html>"));
        fails(CallFailure.MALFORMED, "its answer is not one: ");

        backEnd.answers(FakeBackEnd.json(204, ""));
        fails(CallFailure.MALFORMED, "its answer is not one: ");
    }

    @Test
    void tenMegabytesAreCut() {
        backEnd.answers(FakeBackEnd.pouring(10 * 1024 * 1024));

        fails(CallFailure.TOO_LONG, "its answer is longer than 65536 bytes");
    }

    @Test
    void aRedirectIsNotFollowed() {
        backEnd.answers(FakeBackEnd.redirecting(backEnd.at("/elsewhere").toString()));

        fails(CallFailure.REDIRECT, "it answered 302, which points elsewhere");
        assertThat(backEnd.requests).hasSize(1);
    }

    @Test
    void nobodyListens() {
        backEnd.stop();

        fails(CallFailure.UNREACHABLE, "nobody listens at its address, or its name is unknown");
    }

    @Test
    void aCertificateThatHasExpiredIsNamed() {
        serveTls(certificates.expired, Optional.of(certificates.trusting));

        fails(CallFailure.CERTIFICATE, "its certificate has expired");
    }

    @Test
    void aCertificateThatIsNotValidYetIsNamed() {
        serveTls(certificates.early, Optional.of(certificates.trusting));

        fails(CallFailure.CERTIFICATE, "its certificate is not valid yet");
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRejectedAndAGoodOneIsTaken() {
        serveTls(certificates.good, Optional.empty());
        fails(
                CallFailure.CERTIFICATE,
                "its certificate is not trusted or TLS failed (unable to find valid certification path");
        hooks.close();
        hooks = hooks(Optional.of(certificates.trusting));

        assertThat(ask("alice", LONG)).isEqualTo(HookAnswer.ACCEPT);
    }

    private void serveTls(SSLContext certificate, Optional<SSLContext> trust) {
        hooks.close();
        backEnd.close();
        backEnd = new FakeBackEnd(Optional.of(certificate));
        hooks = hooks(trust);
    }

    @Test
    @DisplayName("a back end that fails for several users is not asked for a while; the alert comes and goes")
    void theBreakerOpensAndCloses() {
        backEnd.answers(FakeBackEnd.json(500, ""));
        for (int i = 0; i < CircuitBreaker.USERS; i++) {
            String user = "user" + i;
            assertThatThrownBy(() -> ask(user, LONG)).isInstanceOf(CompletionException.class);
        }
        int asked = backEnd.requests.size();

        assertThatThrownBy(() -> ask("alice", LONG)).cause().isInstanceOf(UnavailableException.class);

        assertThat(backEnd.requests).hasSize(asked);
        assertThat(node.httpHooks.failures.sum(CallFailure.PAUSED)).isEqualTo(1);
        node.board.evaluate();
        assertThat(alerts("hook_http_down")).containsExactly(true);

        backEnd.answers(FakeBackEnd.json(200, FakeBackEnd.ACCEPT));
        time.advance(CircuitBreaker.FIRST_PAUSE);
        assertThat(ask("alice", LONG)).isEqualTo(HookAnswer.ACCEPT);
        time.advance(Duration.ofMinutes(2));
        node.board.evaluate();
        assertThat(alerts("hook_http_down")).containsExactly(true, false);
    }

    private List<Boolean> alerts(String kpi) {
        return node.events.stream()
                .filter(event -> event.kpi().equals(kpi))
                .map(AlertEvent::firing)
                .toList();
    }

    @Test
    @DisplayName("events of a back end that is down for ten minutes wait, and are told once it is back, each once")
    void eventsWaitForABackEndThatIsDownForLong() {
        backEnd.stop();
        int events = 300;
        for (int i = 0; i < events; i++) {
            assertThat(hooks.tell(Hooks.event(Kind.DISCONNECTED, "user" + i), Hooks.within(LONG)))
                    .isCompleted();
        }
        for (int second = 0; second < 600; second++) {
            settled();
            time.advance(Duration.ofSeconds(1));
            hooks.turn();
        }
        settled();
        node.board.evaluate();

        assertThat(node.httpHooks.failures.sum(CallFailure.UNREACHABLE)).isBetween(20L, 30L);
        assertThat(alerts("hook_http_down")).containsExactly(true);
        assertThat(alerts("hook_http_backlog")).containsExactly(true);
        backEnd.start();
        time.advance(EventLane.LONGEST_PAUSE);
        hooks.turn();
        await().until(() -> node.httpHooks.eventsTold.sum() == events);

        assertThat(told()).hasSize(events).doesNotHaveDuplicates();
        time.advance(Duration.ofMinutes(2));
        node.board.evaluate();
        assertThat(alerts("hook_http_down")).containsExactly(true, false);
        assertThat(alerts("hook_http_backlog")).containsExactly(true, false);
        assertThat(node.httpHooks.eventsDropped.sum()).isZero();
    }

    /** Waits until no request is under way. */
    private void settled() {
        await().pollInterval(Duration.ofMillis(1)).until(() -> !hooks.posting());
    }

    private List<String> told() {
        return backEnd.requests.stream()
                .map(Request::body)
                .flatMap(body -> ID.matcher(body).results().map(match -> match.group(1)))
                .toList();
    }

    @Test
    void eventsThatABackEndRefusesAreToldOnceItTakesThem() {
        for (FakeBackEnd.Answer bad : List.of(
                FakeBackEnd.json(500, ""),
                FakeBackEnd.pouring(10 * 1024 * 1024),
                FakeBackEnd.redirecting(backEnd.at("/elsewhere").toString()))) {
            backEnd.answers(bad);
            int before = backEnd.requests.size();
            String user = "user" + before;
            hooks.tell(Hooks.event(Kind.CONNECTED, user), Hooks.within(LONG));
            await().until(() -> backEnd.requests.size() > before);
            settled();
            long told = node.httpHooks.eventsTold.sum();
            backEnd.answers(FakeBackEnd.json(204, ""));
            time.advance(EventLane.FIRST_PAUSE);
            hooks.turn();

            await().until(() -> node.httpHooks.eventsTold.sum() == told + 1);
        }
    }

    @Test
    void aBackEndThatDoesNotAnswerIsLoggedOnceAndOnceItDoes() {
        backEnd.answers(FakeBackEnd.json(500, ""));
        var down = LogLines.of(HttpHooks.class, () -> {
            for (int i = 0; i < CircuitBreaker.USERS; i++) {
                String user = "user" + i;
                assertThatThrownBy(() -> ask(user, LONG)).isInstanceOf(CompletionException.class);
            }
        });
        backEnd.answers(FakeBackEnd.json(200, FakeBackEnd.ACCEPT));
        time.advance(CircuitBreaker.FIRST_PAUSE);
        var back = LogLines.of(HttpHooks.class, () -> {
            assertThat(ask("alice", LONG)).isEqualTo(HookAnswer.ACCEPT);
            assertThat(ask("alice", LONG)).isEqualTo(HookAnswer.ACCEPT);
        });

        assertThat(down).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARNING);
            assertThat(line.getParameters()).containsExactly("cordon.hook.rpc.url: it answered 500");
        });
        assertThat(back).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getParameters()).containsExactly("hook.rpc.url");
        });
    }
}
