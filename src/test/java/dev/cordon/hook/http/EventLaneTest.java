package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.manager.HandTime;
import dev.cordon.upkeep.LogLines;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventLaneTest {
    private static final FakeBackEnd.Answer FAILURE = FakeBackEnd.json(500, "");
    private static final FakeBackEnd.Answer TAKEN = FakeBackEnd.json(204, "");

    private final HandTime time = new HandTime();
    private final FakeBackEnd backEnd = new FakeBackEnd();
    private final HttpHookCounters counters = new HttpHookCounters();
    private final BackEndCalls calls = new BackEndCalls(Hooks.SECRETS, time, counters, Optional.empty());
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile boolean away;
    private final MemoryEventStore store = new MemoryEventStore() {
        @Override
        public synchronized List<StoredEvent> first(Set<Kind> kinds, int number) {
            available();
            return super.first(kinds, number);
        }

        @Override
        public synchronized void told(Collection<StoredEvent> taken) {
            available();
            super.told(taken);
        }

        private void available() {
            if (away) {
                throw new IllegalStateException("no database");
            }
        }
    };
    private final EventLane lane = new EventLane(
            "hook.connected.url",
            backEnd.at("/events"),
            EventStoreContract.ALL,
            store,
            calls,
            counters,
            threads,
            time::nanos);

    @AfterEach
    void close() {
        release.countDown();
        backEnd.close();
        calls.close();
        threads.shutdownNow();
    }

    private void add(String user) {
        assertThat(store.add(List.of(Hooks.stored(Kind.CONNECTED, user)), EventStoreContract.ALL))
                .isZero();
    }

    /** The next attempt, behind whatever pause, to its end. */
    private void attempt(FakeBackEnd.Answer answer) {
        backEnd.answers(answer);
        time.advance(EventLane.LONGEST_PAUSE);
        lane.pump();
        settled();
    }

    private void settled() {
        await().pollInterval(Duration.ofMillis(1)).until(() -> !lane.posting());
    }

    @Test
    void aBackEndThatIsDownIsLoggedOnceAndOnceItIsBack() {
        add("ann");

        var down = LogLines.of(EventLane.class, () -> {
            for (int i = 0; i < EventLane.DOWN_FROM + 2; i++) {
                attempt(FAILURE);
            }
        });
        var back = LogLines.of(EventLane.class, () -> attempt(TAKEN));

        assertThat(down).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARNING);
            assertThat(line.getParameters()).containsExactly("cordon.hook.connected.url: it answered 500");
        });
        assertThat(back).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getParameters()).containsExactly("hook.connected.url");
        });
        assertThat(lane.down()).isFalse();
    }

    @Test
    void theRestartOfABackEndIsNotLogged() {
        add("ann");

        var lines = LogLines.of(EventLane.class, () -> {
            for (int i = 0; i < EventLane.DOWN_FROM - 1; i++) {
                attempt(FAILURE);
            }
            attempt(TAKEN);
        });

        assertThat(counters.eventsTold.sum()).isEqualTo(1);
        assertThat(lines).isEmpty();
    }

    @Test
    void eventsThatCannotBeReadNowAreToldLater() {
        add("ann");
        away = true;

        var lines = LogLines.withDetails(EventLane.class, lane::pump);

        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("no database"));
        assertThat(lane.posting()).isFalse();
        away = false;
        lane.pump();
        await().until(() -> counters.eventsTold.sum() == 1);
    }

    @Test
    void eventsThatWereToldAndCannotBeRemovedAreToldOnceMoreBehindAPause() {
        add("ann");
        backEnd.decides(request -> {
            away = true;
            return TAKEN;
        });

        var lines = LogLines.withDetails(EventLane.class, () -> {
            lane.pump();
            settled();
        });

        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("no database"));
        away = false;
        lane.pump();
        assertThat(lane.posting()).as("before the pause is over").isFalse();
        attempt(TAKEN);
        assertThat(backEnd.requests).hasSize(2);
        assertThat(store.waiting().events()).isZero();
    }

    private static long inAnHour() {
        return System.nanoTime() + Duration.ofHours(1).toNanos();
    }

    /** Posts an event whose answer waits for the release. */
    private void post(FakeBackEnd.Answer answer) {
        add("ann");
        backEnd.answers(exchange -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            answer.to(exchange);
        });
        lane.pump();
        assertThat(lane.posting()).isTrue();
    }

    private Thread waiting() {
        Thread thread = new Thread(() -> lane.awaitIdle(inAnHour()));
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
    }

    private static void ends(Thread thread) throws InterruptedException {
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void isIdleOnceAllIsTold() throws InterruptedException {
        lane.awaitIdle(inAnHour());
        post(TAKEN);
        Thread waiting = waiting();

        release.countDown();

        ends(waiting);
        assertThat(counters.eventsTold.sum()).isEqualTo(1);
        assertThat(store.waiting().events()).isZero();
        lane.awaitIdle(inAnHour());
    }

    @Test
    void isIdleOnceARequestHasFailed() throws InterruptedException {
        post(FAILURE);
        Thread waiting = waiting();

        release.countDown();

        ends(waiting);
        assertThat(store.waiting().events()).isEqualTo(1);
        lane.awaitIdle(inAnHour());
    }

    @Test
    void nobodyWaitsLongerThanTheEnd() {
        post(TAKEN);

        lane.awaitIdle(System.nanoTime());
        lane.awaitIdle(System.nanoTime() - Duration.ofHours(1).toNanos());

        assertThat(lane.posting()).isTrue();
    }

    @Test
    void aWaitThatIsInterruptedKeepsTheInterrupt() {
        post(TAKEN);

        Thread.currentThread().interrupt();
        lane.awaitIdle(inAnHour());

        assertThat(Thread.interrupted()).isTrue();
    }
}
