package dev.cordon.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.hook.HookCounters.Told;
import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.upkeep.LogLines;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private final HookCounters counters = new HookCounters();
    private final FakeHooks application = new FakeHooks();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<HookDispatcher> open = new ArrayList<>();

    @AfterEach
    void close() {
        release.countDown();
        open.forEach(HookDispatcher::close);
    }

    private HookDispatcher dispatcher(Duration deadline, int mostQueued, HookPort... ports) {
        return dispatcher(new HookSettings(deadline, 8, 4, mostQueued, Set.of()), Duration.ofMillis(5), List.of(ports));
    }

    private HookDispatcher dispatcher(HookSettings settings, Duration firstPause, List<HookPort> ports) {
        HookDispatcher made = new HookDispatcher(
                ports, settings, counters, () -> 1_000, Clock.systemUTC(), System::nanoTime, firstPause);
        open.add(made);
        return made;
    }

    /** Tells one event at a time, and again after a minute. Its end waits for nothing. */
    private HookDispatcher patient() {
        return dispatcher(
                new HookSettings(Duration.ofMillis(100), 4, 4, 100, Set.of()),
                Duration.ofMinutes(1),
                List.of(application));
    }

    private static void connected(HookDispatcher hooks, String user) {
        hooks.eventsOf(FakeHooks.client(user)).orElseThrow().connected();
    }

    private long attempts(String user) {
        return application.events.stream()
                .filter(event -> event.client().user().value().equals(user))
                .count();
    }

    private HookDispatcher dispatcher(int mostQueued) {
        return dispatcher(Duration.ofSeconds(30), mostQueued, application);
    }

    private void hold(String user) {
        application.told((event, deadline) -> {
            if (event.client().user().value().equals(user)) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return CompletableFuture.completedStage(true);
        });
    }

    @Test
    @DisplayName("a user's events come one at a time, in the order in which they happened")
    void aUsersEventsComeInOrder() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        application.told((event, deadline) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            return CompletableFuture.supplyAsync(now::decrementAndGet);
        });
        HookDispatcher hooks = dispatcher(1_000);
        HookClient ann = FakeHooks.client("ann");
        ConnectionEvents events = hooks.eventsOf(ann).orElseThrow();

        events.connected();
        List<Channel> channels = IntStream.range(0, 100)
                .mapToObj(i -> Channel.parse("t" + i + "#ann"))
                .toList();
        channels.forEach(channel -> events.happened(Kind.SUBSCRIBED, channel));
        hooks.ended(ann.connection(), Disconnect.NORMAL);

        await().until(() -> application.events.size() == 102);
        assertThat(application.events.stream().flatMap(event -> event.channel().stream()))
                .containsExactlyElementsOf(channels);
        assertThat(application.kinds()).startsWith(Kind.CONNECTED).endsWith(Kind.DISCONNECTED);
        assertThat(application.events.get(101).why()).contains(Disconnect.NORMAL);
        assertThat(application.events.stream().map(SessionEvent::id)).doesNotHaveDuplicates();
        assertThat(most).hasValue(1);
        assertThat(application.threads).containsOnly("cordon-hook");
        await().until(() -> counters.queuedEvents.sum() == 0);
    }

    @Test
    void oneUsersSlowListenerDelaysNoOthersEvents() {
        hold("slow");
        HookDispatcher hooks = dispatcher(1_000);
        hooks.eventsOf(FakeHooks.client("slow")).orElseThrow().connected();
        hooks.eventsOf(FakeHooks.client("slow")).orElseThrow().connected();

        for (int i = 0; i < 20; i++) {
            hooks.eventsOf(FakeHooks.client("u" + i)).orElseThrow().connected();
        }

        await().until(() -> application.events.size() == 20);
    }

    @Test
    @DisplayName("an event whose back end is away is told again until it comes, before the user's later ones")
    void anEventIsToldAgainWhileTheBackEndIsAway() {
        AtomicInteger attempts = new AtomicInteger();
        List<String> ids = new ArrayList<>();
        application.told((event, deadline) -> {
            synchronized (ids) {
                ids.add(event.kind() + event.id());
            }
            return attempts.incrementAndGet() < 4
                    ? CompletableFuture.failedStage(new UnavailableException("connection refused"))
                    : CompletableFuture.completedStage(true);
        });
        HookDispatcher hooks = dispatcher(1_000);
        HookClient ann = FakeHooks.client("ann");
        hooks.eventsOf(ann).orElseThrow().connected();
        hooks.ended(ann.connection(), Disconnect.SLOW);

        await().until(() -> counters.events(Told.TOLD) == 2);

        assertThat(ids).hasSize(5);
        assertThat(ids.subList(0, 4)).allMatch(ids.get(0)::equals);
        assertThat(ids.get(4)).startsWith("DISCONNECTED");
        assertThat(counters.events(Told.RETRIED)).isEqualTo(3);
        assertThat(counters.eventsLost.sum()).isZero();
    }

    @Test
    void ofTwoListenersOnlyTheOneThatWasAwayHearsAgain() {
        FakeHooks away = new FakeHooks();
        AtomicInteger attempts = new AtomicInteger();
        away.told((event, deadline) -> attempts.incrementAndGet() == 1
                ? CompletableFuture.failedStage(new UnavailableException("away"))
                : CompletableFuture.completedStage(true));
        HookDispatcher hooks = dispatcher(Duration.ofSeconds(30), 100, application, away);

        hooks.eventsOf(FakeHooks.client("ann")).orElseThrow().connected();

        await().until(() -> attempts.get() == 2);
        await().until(() -> counters.queuedEvents.sum() == 0);
        assertThat(application.events).hasSize(1);
    }

    @Test
    void anEventThatFailsIsGivenUpCountedAndLogged() {
        application.told((event, deadline) -> {
            if (event.kind() == Kind.CONNECTED) {
                throw new IllegalStateException("bad listener");
            }
            return CompletableFuture.completedStage(true);
        });
        HookDispatcher hooks = dispatcher(1_000);
        HookClient ann = FakeHooks.client("ann");

        hooks.eventsOf(ann).orElseThrow().connected();
        hooks.ended(ann.connection(), Disconnect.NORMAL);

        await().until(() -> application.kinds().contains(Kind.DISCONNECTED));
        assertThat(counters.events(Told.FAILED)).isEqualTo(1);
    }

    @Test
    @DisplayName("what finds no room is counted and logged, and half of the room is for disconnects alone")
    void whatFindsNoRoomIsCountedAndLogged() {
        hold("ann");
        HookDispatcher hooks = dispatcher(10);
        HookClient ann = FakeHooks.client("ann");
        ConnectionEvents events = hooks.eventsOf(ann).orElseThrow();
        events.connected();
        for (int i = 0; i < 4; i++) {
            events.happened(Kind.SUBSCRIBED, Channel.parse("t#ann"));
        }

        var lines = LogLines.of(ApplicationLog.class, () -> {
            events.happened(Kind.SUBSCRIBED, Channel.parse("over#ann"));
            hooks.ended(ann.connection(), Disconnect.NORMAL);
        });
        // A line of the same cause may have been written by another test within ten seconds.
        assertThat(lines).hasSizeLessThanOrEqualTo(1);
        assertThat(counters.eventsLost.sum()).isEqualTo(1);

        release.countDown();
        await().until(() -> application.kinds().contains(Kind.DISCONNECTED));
        assertThat(application.events).hasSize(6);

        CountDownLatch again = new CountDownLatch(1);
        application.told((event, deadline) -> {
            try {
                again.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return CompletableFuture.completedStage(true);
        });
        await().until(() -> counters.queuedEvents.sum() == 0);
        for (int i = 0; i < 11; i++) {
            ConnectionEvents each = hooks.eventsOf(FakeHooks.client("ann")).orElseThrow();
            each.connected();
            each.ended(Disconnect.NORMAL);
        }
        again.countDown();
        assertThat(counters.eventsLost.sum())
                .as("disconnects too, once all room is taken")
                .isGreaterThan(1 + 6);
    }

    @Test
    void aListenerThatHangsIsInterruptedAtTheDeadline() {
        hold("ann");
        HookDispatcher hooks = dispatcher(Duration.ofMillis(50), 10, application);

        hooks.eventsOf(FakeHooks.client("ann")).orElseThrow().connected();

        await().until(() -> application.events.size() == 1);
        await().until(() -> counters.overdue.sum() == 0);
        assertThat(release.getCount()).isEqualTo(1);
    }

    @Test
    void theEndWaitsForWhatIsQueued() {
        application.told((event, deadline) -> CompletableFuture.supplyAsync(() -> true));
        HookDispatcher hooks = dispatcher(1_000);
        for (int i = 0; i < 200; i++) {
            HookClient client = FakeHooks.client("u" + i % 7);
            hooks.eventsOf(client).orElseThrow().connected();
            hooks.ended(client.connection(), Disconnect.SHUTDOWN);
        }

        hooks.close();

        assertThat(application.events).hasSize(400);
    }

    @Test
    void theEndDoesNotWaitForABackEndThatIsAway() {
        application.told((event, deadline) -> CompletableFuture.failedStage(new UnavailableException("away")));
        HookDispatcher hooks = dispatcher(Duration.ofMillis(100), 1_000, application);
        hooks.eventsOf(FakeHooks.client("ann")).orElseThrow().connected();

        var lines = LogLines.of(HookDispatcher.class, hooks::close);

        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getParameters()).containsExactly(1));
    }

    @Test
    void nothingIsToldBeforeTheBeginningOrAfterTheEnd() {
        HookDispatcher hooks = dispatcher(1_000);
        HookClient ann = FakeHooks.client("ann");
        ConnectionEvents events = hooks.eventsOf(ann).orElseThrow();

        events.happened(Kind.SUBSCRIBED, Channel.parse("early#ann"));
        events.connected();
        events.connected();
        assertThat(hooks.connections()).isEqualTo(1);
        hooks.ended(ann.connection(), Disconnect.NORMAL);
        hooks.ended(ann.connection(), Disconnect.NORMAL);
        events.happened(Kind.UNSUBSCRIBED, Channel.parse("late#ann"));
        events.connected();

        await().until(() -> counters.queuedEvents.sum() == 0 && application.events.size() == 2);
        assertThat(application.kinds()).containsExactly(Kind.CONNECTED, Kind.DISCONNECTED);
        assertThat(hooks.connections()).isZero();
    }

    @Test
    void aConnectionThatEndsBeforeItsBeginningIsNotToldOfAtAll() {
        HookDispatcher hooks = dispatcher(1_000);
        HookClient ann = FakeHooks.client("ann");
        ConnectionEvents events = hooks.eventsOf(ann).orElseThrow();

        hooks.ended(ann.connection(), Disconnect.NORMAL);
        events.connected();

        assertThat(counters.queuedEvents.sum()).isZero();
        assertThat(application.events).isEmpty();
    }

    @Test
    void aQuarterAsManyEventsAreToldAtATimeAsCalls() {
        Queue<CompletableFuture<Object>> underWay = new ConcurrentLinkedQueue<>();
        AtomicInteger told = new AtomicInteger();
        application.told((event, deadline) -> {
            CompletableFuture<Object> answer = new CompletableFuture<>();
            underWay.add(answer);
            told.incrementAndGet();
            return answer;
        });
        HookDispatcher hooks = dispatcher(1_000);

        IntStream.range(0, 8).forEach(i -> connected(hooks, "u" + i));

        for (int answered = 0; answered < 8; answered++) {
            int due = Math.min(8, answered + 2);
            await().until(() -> told.get() == due);
            underWay.remove().complete("");
        }
        await().until(() -> counters.events(Told.TOLD) == 8);
    }

    @Test
    void anEventGoesToThoseThatHearOfItsKind() {
        FakeHooks ends = new FakeHooks().hears(Kind.DISCONNECTED);
        HookDispatcher hooks = dispatcher(Duration.ofSeconds(30), 100, ends, application);
        HookClient ann = FakeHooks.client("ann");

        hooks.eventsOf(ann).orElseThrow().connected();
        hooks.ended(ann.connection(), Disconnect.NORMAL);

        await().until(() -> counters.queuedEvents.sum() == 0);
        assertThat(ends.kinds()).containsExactly(Kind.DISCONNECTED);
        assertThat(application.kinds()).containsExactly(Kind.CONNECTED, Kind.DISCONNECTED);
    }

    @Test
    void anEventThatIsUnderWayAfterItsDeadlineIsSeen() {
        CompletableFuture<Boolean> slow = new CompletableFuture<>();
        application.told((event, deadline) -> slow);
        HookDispatcher hooks = dispatcher(Duration.ofMillis(50), 10, application);

        connected(hooks, "ann");
        await().until(() -> counters.overdue.sum() == 1);
        slow.complete(true);

        await().until(() -> counters.events(Told.TOLD) == 1);
        assertThat(counters.overdue.sum()).isZero();
    }

    @Test
    void anEventThatFoundItsBackEndAwayWaitsAndKeepsNoPlace() {
        CompletableFuture<Boolean> ann = new CompletableFuture<>();
        application.told((event, deadline) ->
                event.client().user().value().equals("ann") ? ann : CompletableFuture.completedStage(true));
        HookDispatcher hooks = patient();
        connected(hooks, "ann");
        connected(hooks, "bob");

        ann.completeExceptionally(new UnavailableException("away"));

        await().until(() -> attempts("bob") == 1);
        connected(hooks, "eve");
        await().until(() -> attempts("eve") == 1);
        await().until(() -> counters.queuedEvents.sum() == 1);
        assertThat(attempts("ann")).as("not again before its pause is over").isEqualTo(1);
    }

    @Test
    void theEndWaitsNoLongerForOneThoughOthersAreTold() throws InterruptedException {
        CompletableFuture<Boolean> bob = new CompletableFuture<>();
        application.told((event, deadline) ->
                event.client().user().value().equals("bob") ? bob : new CompletableFuture<Boolean>());
        HookDispatcher hooks = dispatcher(Duration.ofSeconds(3), 10, application);
        connected(hooks, "ann");
        connected(hooks, "bob");
        await().until(() -> application.events.size() == 2);
        Thread end = new Thread(hooks::close);
        end.setDaemon(true);
        end.start();
        await().pollInterval(Duration.ofMillis(1)).until(() -> end.getState() == Thread.State.TIMED_WAITING);

        bob.complete(true);

        await().until(() -> counters.queuedEvents.sum() == 1);
        end.join(10_000);
        assertThat(end.isAlive()).isFalse();
    }

    @Test
    void anEndThatIsInterruptedKeepsItsInterrupt() {
        application.told((event, deadline) -> new CompletableFuture<Boolean>());
        HookDispatcher hooks = patient();
        connected(hooks, "ann");

        Thread.currentThread().interrupt();
        hooks.close();

        assertThat(Thread.interrupted()).isTrue();
    }
}
