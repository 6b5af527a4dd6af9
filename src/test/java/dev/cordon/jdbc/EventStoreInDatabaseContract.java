package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.hook.http.EventStore;
import dev.cordon.hook.http.EventStoreContract;
import dev.cordon.hook.http.StoredEvent;
import dev.cordon.log.HandClock;
import dev.cordon.log.LogUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Events of hooks in the log's database, with two nodes. */
abstract class EventStoreInDatabaseContract extends EventStoreContract {
    private final TestDatabase database = database();
    private final String url = database.fresh();
    private final HandClock clock = new HandClock();
    private EventStore one;
    private EventStore two;

    abstract TestDatabase database();

    @BeforeEach
    void open() {
        one = store("one");
        two = store("two");
    }

    private EventStore store(String node) {
        return database.open(url, () -> TestCluster.RETENTION, clock).hookEvents(node);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    protected EventStore store() {
        return one;
    }

    /** Time passes, and these nodes live. Returns the number of events that they took over. */
    private int pass(Duration time, EventStore... living) {
        int taken = 0;
        for (Duration step = Duration.ZERO; step.compareTo(time) <= 0; step = step.plus(DatabaseEventStore.BEAT)) {
            for (EventStore each : living) {
                taken += each.turn();
            }
            clock.advance(DatabaseEventStore.BEAT);
        }
        return taken;
    }

    @Test
    @DisplayName("when a node is lost, another tells its events, then the disconnect of each connection it had, once")
    void takesOverTheEventsOfALostNode() {
        pass(Duration.ofSeconds(20), one, two);
        add(one, stored(Kind.CONNECTED, "alice"), true);
        add(one, stored(Kind.CONNECTED, "bob"), true);
        add(one, stored(Kind.DISCONNECTED, "bob"), true);
        add(one, stored(Kind.CONNECTED, "carol"), false);
        add(two, stored(Kind.CONNECTED, "dave"), true);

        int taken = pass(DatabaseEventStore.LOST_AFTER.plus(DatabaseEventStore.BEAT), two);

        assertThat(taken).isEqualTo(5);
        List<StoredEvent> events = two.first(ALL, 100);
        assertThat(events)
                .containsExactlyInAnyOrder(
                        stored(Kind.CONNECTED, "alice"),
                        stored(Kind.CONNECTED, "bob"),
                        stored(Kind.DISCONNECTED, "bob"),
                        stored(Kind.DISCONNECTED, "alice"),
                        stored(Kind.DISCONNECTED, "carol"),
                        stored(Kind.CONNECTED, "dave"));
        assertThat(events.indexOf(stored(Kind.DISCONNECTED, "alice")))
                .isGreaterThan(events.indexOf(stored(Kind.CONNECTED, "alice")));
        assertThat(events.get(events.indexOf(stored(Kind.DISCONNECTED, "carol")))
                        .toString())
                .contains("\"code\":3001,\"reason\":\"the node was lost\"")
                .contains("\"user\":\"carol\",\"session\":\"laptop\"");
        assertThat(one.first(ALL, 100)).isEmpty();
        assertThat(pass(DatabaseEventStore.LOST_AFTER, two)).isZero();
    }

    @Test
    void takesOverMoreConnectionsThanOneStepDoes() {
        int connections = DatabaseEventStore.PAGE + 10;
        pass(Duration.ofSeconds(20), one, two);
        IntStream.range(0, connections).forEach(i -> add(one, stored(Kind.CONNECTED, "user" + i), false));

        pass(DatabaseEventStore.LOST_AFTER.plus(DatabaseEventStore.BEAT), two);

        assertThat(two.first(ALL, 10_000)).hasSize(connections);
    }

    @Test
    void leavesANodeAloneThatLives() {
        add(one, stored(Kind.CONNECTED, "alice"), false);

        assertThat(pass(DatabaseEventStore.LOST_AFTER.multipliedBy(3), one, two))
                .isZero();
    }

    @Test
    @DisplayName("after a pause of the database, in which no node could beat, no node takes another for lost")
    void judgesNobodyAfterAPauseOfItsOwn() {
        pass(Duration.ofSeconds(20), one, two);
        add(one, stored(Kind.CONNECTED, "alice"), false);
        clock.advance(Duration.ofMinutes(10));

        int taken = two.turn();
        taken += pass(DatabaseEventStore.LOST_AFTER.multipliedBy(2), one, two);

        assertThat(taken).isZero();
    }

    @Test
    @DisplayName("what a stopped node has left is taken over at once, by another or by its own next start")
    void aNodeThatStopsLeavesItsEvents() {
        pass(Duration.ofSeconds(4), one);
        add(one, stored(Kind.DISCONNECTED, "alice"), true);
        one.close();

        EventStore next = store("one-again");

        assertThat(next.turn()).isEqualTo(1);
        assertThat(next.first(ALL, 10)).containsExactly(stored(Kind.DISCONNECTED, "alice"));
    }

    @Test
    void countsWhatWaits() {
        one.turn();
        assertThat(one.waiting()).isEqualTo(EventStore.Waiting.NOTHING);
        add(one, stored(Kind.SUBSCRIBED, "alice"), true);
        add(two, stored(Kind.SUBSCRIBED, "bob"), true);

        pass(DatabaseEventStore.BEAT, one);

        assertThat(one.waiting().events()).isEqualTo(1);
        assertThat(one.waiting().oldest()).contains(HandClock.START);
    }

    @Test
    @DisplayName(
            "events that were committed although nobody was told so are not added twice, and those beside them are")
    void addsAgainWhatMayHaveBeenCommitted() {
        List<StoredEvent> first = List.of(stored(Kind.CONNECTED, "alice"), stored(Kind.SUBSCRIBED, "alice"));
        one.add(first, ALL);

        one.add(
                List.of(first.get(0), first.get(1), stored(Kind.DISCONNECTED, "alice"), stored(Kind.CONNECTED, "bob")),
                ALL);

        assertThat(one.first(ALL, 10))
                .containsExactly(
                        first.get(0), first.get(1), stored(Kind.DISCONNECTED, "alice"), stored(Kind.CONNECTED, "bob"));
        pass(Duration.ofSeconds(20), one, two);
        assertThat(pass(DatabaseEventStore.LOST_AFTER.plus(DatabaseEventStore.BEAT), two))
                .as("four events, and the end of bob's connection alone")
                .isEqualTo(5);
    }

    @Test
    void saysThatTheDatabaseIsAway() {
        database.close();

        assertThatThrownBy(() -> add(one, stored(Kind.CONNECTED, "alice"), true))
                .isInstanceOf(LogUnavailableException.class);
        assertThat(one.turn()).isZero();
    }
}
