package dev.cordon.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.cordon.hook.HookCounters.Outcome;
import dev.cordon.manager.HandTime;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.upkeep.LogLines;
import java.io.IOError;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HookDispatcherTest {
    private static final Duration SOON = Duration.ofMillis(50);
    /** Long enough for a call to reach the application before it is over. */
    private static final Duration WHILE = Duration.ofMillis(500);

    private static final Channel ONE = Channel.parse("one#ann");
    private static final Channel TWO = Channel.parse("two#ann");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final HookCounters counters = new HookCounters();
    private final FakeHooks application = new FakeHooks();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<HookDispatcher> open = new ArrayList<>();

    @AfterEach
    void close() {
        release.countDown();
        open.forEach(HookDispatcher::close);
    }

    private HookDispatcher dispatcher(Duration deadline, int most, int perUser, HookPort... ports) {
        HookDispatcher made = new HookDispatcher(
                List.of(ports),
                new HookSettings(deadline, most, perUser, 100, Set.of()),
                counters,
                () -> 1_000,
                Clock.systemUTC(),
                System::nanoTime);
        open.add(made);
        return made;
    }

    private HookDispatcher dispatcher(HandTime time, HookPort port) {
        HookDispatcher made = new HookDispatcher(
                List.of(port),
                new HookSettings(LONG, 4, 4, 100, Set.of("X-Tenant")),
                counters,
                () -> 1_000,
                time,
                time::nanos);
        open.add(made);
        return made;
    }

    private static HookCall.Rpc rpc(String user) {
        return new HookCall.Rpc(FakeHooks.client(user), "app.list", Payload.EMPTY);
    }

    private static HookCall.Connect connect(String user) {
        return new HookCall.Connect(FakeHooks.client(user), Optional.empty(), Instant.MAX);
    }

    private static CompletableFuture<HookAnswer> ask(HookDispatcher hooks, HookCall call) {
        CompletableFuture<HookAnswer> answer = new CompletableFuture<>();
        hooks.ask(call, answer::complete);
        return answer;
    }

    private static HookAnswer.Fail failed(CompletableFuture<HookAnswer> answer) {
        return (HookAnswer.Fail) answer.join();
    }

    private static void sleepUntil(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void passesTheAnswerOn() {
        application.answer(HookAnswer.data("{\"orders\":3}"));
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application);

        HookAnswer.Accept answer = (HookAnswer.Accept) ask(hooks, rpc("ann")).join();

        assertThat(answer.data().orElseThrow().text()).isEqualTo("{\"orders\":3}");
        await().until(() -> hooks.usersWithCalls() == 0);
        assertThat(counters.calls(HookCall.Kind.RPC, Outcome.ACCEPTED)).isEqualTo(1);
    }

    @Test
    void callsTheApplicationOnAThreadOfItsOwnInTheServersContext() {
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application);
        List<String> inContext = new CopyOnWriteArrayList<>();
        hooks.runIn(() -> task -> {
            inContext.add(Thread.currentThread().getName());
            task.run();
        });

        ask(hooks, connect("ann")).join();

        assertThat(application.threads).containsExactly("cordon-hook");
        assertThat(inContext).containsExactly("cordon-hook");
    }

    @Test
    @DisplayName(
            "a call that hangs is answered at the deadline, its thread is interrupted, and its place is free again")
    void aCallThatHangsEndsAtTheDeadline() {
        AtomicBoolean interrupted = new AtomicBoolean();
        application.asked((call, deadline) -> {
            sleepUntil(release);
            interrupted.set(Thread.currentThread().isInterrupted());
            return CompletableFuture.completedStage(HookAnswer.accept());
        });
        HookDispatcher hooks = dispatcher(SOON, 1, 1, application);

        HookAnswer.Fail late = failed(ask(hooks, rpc("ann")));

        assertThat(late.code()).isEqualTo(108);
        assertThat(late.temporary()).isTrue();
        await().untilTrue(interrupted);
        await().until(() -> hooks.usersWithCalls() == 0);
        await().until(() -> counters.overdue.sum() == 0);
        assertThat(counters.calls(HookCall.Kind.RPC, Outcome.LATE)).isEqualTo(1);
        application.answer(HookAnswer.accept());
        assertThat(ask(hooks, rpc("ann")).join()).isInstanceOf(HookAnswer.Accept.class);
    }

    @Test
    void aCallThatIgnoresTheDeadlineKeepsItsPlaceAndIsSeen() {
        AtomicInteger calls = new AtomicInteger();
        CompletableFuture<HookAnswer> never = new CompletableFuture<>();
        application.asked((call, deadline) -> {
            calls.incrementAndGet();
            return never;
        });
        HookDispatcher hooks = dispatcher(SOON, 4, 1, application);

        assertThat(failed(ask(hooks, rpc("ann"))).code()).isEqualTo(108);
        assertThat(failed(ask(hooks, rpc("ann"))).code())
                .as("waits behind the first until its own deadline")
                .isEqualTo(108);

        assertThat(calls).hasValue(1);
        await().until(() -> counters.overdue.sum() == 1);
        never.complete(HookAnswer.accept());
        await().until(() -> counters.overdue.sum() == 0 && hooks.usersWithCalls() == 0);
    }

    @Test
    void tellsAnAdapterThatTheTimeIsOver() {
        CompletableFuture<HookAnswer> answer = new CompletableFuture<>();
        AtomicBoolean someLeft = new AtomicBoolean();
        application.asked((call, deadline) -> {
            someLeft.set(
                    deadline.left().compareTo(WHILE) <= 0 && !deadline.left().isZero());
            deadline.onOver(() -> answer.cancel(true));
            return answer;
        });
        HookDispatcher hooks = dispatcher(WHILE, 1, 1, application);

        assertThat(failed(ask(hooks, rpc("ann"))).code()).isEqualTo(108);

        assertThat(someLeft).isTrue();
        await().until(answer::isCancelled);
        await().until(() -> hooks.usersWithCalls() == 0 && counters.overdue.sum() == 0);
        assertThat(counters.calls(HookCall.Kind.RPC, Outcome.FAILED))
                .as("counted once, as late")
                .isZero();
    }

    @Test
    @DisplayName("one user's slow calls delay no other's")
    void oneUsersSlowCallsDelayNoOthers() {
        application.asked((call, deadline) -> {
            if (call.client().user().value().equals("slow")) {
                sleepUntil(release);
            }
            return CompletableFuture.completedStage(HookAnswer.accept());
        });
        HookDispatcher hooks = dispatcher(LONG, 8, 2, application);
        List<CompletableFuture<HookAnswer>> slow = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            slow.add(ask(hooks, rpc("slow")));
        }

        for (int i = 0; i < 50; i++) {
            assertThat(ask(hooks, rpc("ann")).orTimeout(10, TimeUnit.SECONDS).join())
                    .isInstanceOf(HookAnswer.Accept.class);
        }

        assertThat(slow).noneMatch(CompletableFuture::isDone);
        release.countDown();
        assertThat(slow).allSatisfy(answer -> assertThat(answer.join()).isInstanceOf(HookAnswer.Accept.class));
    }

    @Test
    void neverMoreThanSoManyAreUnderWay() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        application.asked((call, deadline) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            now.decrementAndGet();
            return CompletableFuture.completedStage(HookAnswer.accept());
        });
        HookDispatcher hooks = dispatcher(LONG, 4, 2, application);

        List<CompletableFuture<HookAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            answers.add(ask(hooks, connect("u" + i % 9)));
        }
        answers.forEach(CompletableFuture::join);

        assertThat(most.get()).isBetween(1, 4);
        await().until(() -> hooks.usersWithCalls() == 0);
    }

    @Test
    void whatFindsNoPlaceIsATemporaryError() {
        application.asked((call, deadline) -> {
            sleepUntil(release);
            return CompletableFuture.completedStage(HookAnswer.accept());
        });
        HookDispatcher hooks = dispatcher(LONG, 4, 1, application);
        for (int i = 0; i < 1 + Places.WAITING_PER_PLACE; i++) {
            CompletableFuture<?> unused = ask(hooks, rpc("ann"));
        }

        HookAnswer.Fail busy = failed(ask(hooks, rpc("ann")));

        assertThat(busy.code()).isEqualTo(111);
        assertThat(busy.temporary()).isTrue();
        assertThat(counters.calls(HookCall.Kind.RPC, Outcome.BUSY)).isEqualTo(1);
    }

    @Test
    void anExceptionIsOneLineAndATemporaryError() {
        application.asked((call, deadline) -> {
            throw new IllegalStateException("no database");
        });
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application);
        List<HookAnswer.Fail> answers = new ArrayList<>();

        var lines = LogLines.of(ApplicationLog.class, () -> {
            for (int i = 0; i < 20; i++) {
                answers.add(failed(ask(hooks, rpc("ann"))));
            }
        });

        assertThat(answers).allMatch(answer -> answer.code() == 100 && answer.temporary());
        assertThat(lines).hasSizeLessThanOrEqualTo(1);
        assertThat(lines)
                .allSatisfy(
                        line -> assertThat(line.getMessage())
                                .startsWith(
                                        "The application failed to answer rpc app.list: java.lang.IllegalStateException: no database"));
        assertThat(counters.calls(HookCall.Kind.RPC, Outcome.FAILED)).isEqualTo(20);
        await().until(() -> hooks.usersWithCalls() == 0);
    }

    static List<Throwable> whateverAnApplicationThrows() {
        return List.of(
                new NoClassDefFoundError("com/example/Missing"),
                new AssertionError("cannot be"),
                new IOError(new IOException("no disk")),
                new IOException("not declared"));
    }

    @ParameterizedTest
    @MethodSource("whateverAnApplicationThrows")
    void whateverTheApplicationThrowsCostsNoPlace(Throwable thrown) {
        application.asked((call, deadline) -> {
            throw HookDispatcherTest.<RuntimeException>undeclared(thrown);
        });
        HookDispatcher hooks = dispatcher(LONG, 1, 1, application);

        assertThat(failed(ask(hooks, rpc("ann"))).code()).isEqualTo(100);
        assertThat(failed(ask(hooks, rpc("ann"))).code()).isEqualTo(100);
        await().until(() -> hooks.usersWithCalls() == 0);
    }

    /** Some languages throw checked exceptions without declaring them. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E undeclared(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void anAnswerThatIsTooLargeIsAFailure() {
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application);

        application.answer(HookAnswer.data("\"" + "x".repeat(999) + "\""));
        assertThat(failed(ask(hooks, rpc("ann"))).code()).isEqualTo(100);

        application.answer(HookAnswer.data("\"" + "x".repeat(998) + "\""));
        assertThat(ask(hooks, rpc("ann")).join()).isInstanceOf(HookAnswer.Accept.class);
    }

    @Test
    void allThatDecideMustAccept() {
        FakeHooks other = new FakeHooks().answer(HookAnswer.close(4_100, "not you"));
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application, other);

        assertThat(ask(hooks, connect("ann")).join()).isEqualTo(new HookAnswer.Close(new Disconnect(4_100, "not you")));

        application.answer(HookAnswer.error(403, "nor here"));
        assertThat(failed(ask(hooks, connect("ann"))).message()).isEqualTo("nor here");
        assertThat(other.calls).as("not asked any more").hasSize(1);
    }

    @Test
    void ofTwoThatAcceptTheFirstDataTheEarlierEndAndAllChannelsCount() {
        Instant soon = Instant.parse("2030-01-01T00:00:00Z");
        application.asked((call, deadline) -> CompletableFuture.supplyAsync(() ->
                new HookAnswer.Accept(Optional.of(Payload.json("1")), Optional.of(soon.plusSeconds(9)), List.of(ONE))));
        FakeHooks other = new FakeHooks()
                .answer(new HookAnswer.Accept(Optional.of(Payload.json("2")), Optional.of(soon), List.of(TWO, ONE)));
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application, other);

        assertThat(ask(hooks, connect("ann")).join())
                .isEqualTo(new HookAnswer.Accept(Optional.of(Payload.json("1")), Optional.of(soon), List.of(ONE, TWO)));
    }

    @Test
    void withoutHooksNothingIsDecidedAnsweredOrHeard() {
        assertThat(HookDispatcher.NONE.any()).isFalse();
        assertThat(HookDispatcher.NONE.decides(HookCall.Kind.CONNECT)).isFalse();
        assertThat(HookDispatcher.NONE.answers("app.list")).isFalse();
        assertThat(HookDispatcher.NONE.hears(SessionEvent.Kind.DISCONNECTED)).isFalse();
        assertThat(HookDispatcher.NONE.headers()).isEmpty();
        assertThat(HookDispatcher.NONE.describe()).isEmpty();
        assertThat(HookDispatcher.NONE.eventsOf(FakeHooks.client("ann"))).isEmpty();
    }

    @Test
    void afterTheEndCallsAreAnsweredAtOnce() {
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application);
        hooks.close();

        assertThat(failed(ask(hooks, connect("ann"))).temporary()).isTrue();
        assertThat(application.calls).isEmpty();
    }

    @Test
    void isDecidedAnsweredAndHeardAsTheHooksSay() {
        application.hears(SessionEvent.Kind.CONNECTED);
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application, new FakeHooks().deaf());

        assertThat(hooks.any()).isTrue();
        assertThat(hooks.decides(HookCall.Kind.CONNECT)).isTrue();
        assertThat(hooks.decides(HookCall.Kind.REFRESH)).isFalse();
        assertThat(hooks.answers("app.list")).isTrue();
        assertThat(hooks.answers("other.list")).isFalse();
        assertThat(hooks.hears(SessionEvent.Kind.CONNECTED)).isTrue();
        assertThat(hooks.hears(SessionEvent.Kind.DISCONNECTED)).isFalse();
        assertThat(hooks.describe()).contains("a fake; a fake");
    }

    @Test
    void theHeadersAreThoseOfTheSetting() {
        assertThat(dispatcher(new HandTime(), application).headers()).containsExactly("x-tenant");
    }

    @Test
    void onlyThoseThatDecideAreAsked() {
        FakeHooks other = new FakeHooks().decides(HookCall.Kind.REFRESH, HookCall.Kind.SUBSCRIBE);
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application, other);
        HookClient ann = FakeHooks.client("ann");
        HookCall refresh = new HookCall.Refresh(ann, Instant.MAX);
        HookCall subscribe = new HookCall.Subscribe(ann, ONE);
        HookCall connect = connect("ann");

        assertThat(ask(hooks, connect).join()).isEqualTo(HookAnswer.ACCEPT);
        assertThat(ask(hooks, refresh).join()).isEqualTo(HookAnswer.ACCEPT);
        assertThat(ask(hooks, subscribe).join()).isEqualTo(HookAnswer.ACCEPT);

        assertThat(application.calls).containsExactly(connect);
        assertThat(other.calls).containsExactly(refresh, subscribe);
        assertThat(counters.calls(HookCall.Kind.REFRESH, Outcome.ACCEPTED)).isEqualTo(1);
        assertThat(counters.calls(HookCall.Kind.SUBSCRIBE, Outcome.ACCEPTED)).isEqualTo(1);
    }

    @Test
    void anRpcGoesToTheFirstThatAnswersItAlone() {
        FakeHooks orders = new FakeHooks().methods("orders.");
        FakeHooks last = new FakeHooks();
        HookDispatcher hooks = dispatcher(LONG, 4, 4, orders, application, last);

        assertThat(ask(hooks, rpc("ann")).join()).isEqualTo(HookAnswer.ACCEPT);

        assertThat(orders.calls).isEmpty();
        assertThat(application.calls).hasSize(1);
        assertThat(last.calls).isEmpty();
    }

    @Test
    @DisplayName("once a client has its answer the next of several is not asked, and the place is free")
    void anAcceptAfterTheDeadlineAsksNoOther() {
        CompletableFuture<HookAnswer> slow = new CompletableFuture<>();
        application.asked((call, deadline) -> slow);
        FakeHooks other = new FakeHooks();
        HookDispatcher hooks = dispatcher(WHILE, 4, 4, application, other);

        assertThat(failed(ask(hooks, connect("ann"))).code()).isEqualTo(108);
        assertThat(hooks.usersWithCalls()).isEqualTo(1);
        assertThat(counters.overdue.sum()).isEqualTo(1);
        slow.complete(HookAnswer.accept());

        await().until(() -> hooks.usersWithCalls() == 0);
        assertThat(counters.overdue.sum()).isZero();
        assertThat(other.calls).isEmpty();
    }

    @Test
    void theTimeOfACallIsMeasured() {
        HandTime time = new HandTime();
        application.asked((call, deadline) -> {
            time.advance(Duration.ofSeconds(2));
            return CompletableFuture.completedStage(HookAnswer.accept());
        });

        ask(dispatcher(time, application), connect("ann")).join();

        assertThat(counters.metrics().all())
                .filteredOn(metric -> metric.id().equals("cordon_hook_call_seconds{quantile=\"1\"}"))
                .singleElement()
                .satisfies(metric -> assertThat(metric.value().getAsDouble()).isCloseTo(2, within(0.05)));
    }

    @Test
    void anAnswerThatCannotBePassedOnIsLoggedAndCostsNoPlace() {
        HookDispatcher hooks = dispatcher(LONG, 1, 1, application);

        var lines = LogLines.of(HookDispatcher.class, () -> {
            hooks.ask(connect("ann"), answer -> {
                throw new IllegalStateException("gone");
            });
            await().until(() -> hooks.usersWithCalls() == 0);
        });

        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("gone"));
    }

    @Test
    void theEndIsTheHooksEndAndIsQuietWhenAllIsTold() {
        HookDispatcher hooks = dispatcher(LONG, 4, 4, application);

        var lines = LogLines.of(HookDispatcher.class, hooks::close);

        assertThat(application.closed()).isTrue();
        assertThat(lines).isEmpty();
    }
}
