package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.upkeep.LogLines;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BufferedEventStoreTest extends EventStoreContract {
    /** The kinds that came to the durable store. */
    private final List<Kind> came = new ArrayList<>();

    private boolean away;
    private boolean follows;
    private boolean closed;
    private final MemoryEventStore durable = new MemoryEventStore() {
        @Override
        public boolean followsConnections() {
            return follows;
        }

        @Override
        public int turn() {
            return 7;
        }

        @Override
        public synchronized void close() {
            super.close();
            closed = true;
        }

        @Override
        public synchronized int add(List<StoredEvent> events, Set<Kind> wanted) {
            if (away) {
                throw new IllegalStateException("away");
            }
            events.forEach(event -> came.add(event.kind()));
            return super.add(events, wanted);
        }
    };
    private BufferedEventStore store = new BufferedEventStore(durable, new MemoryEventStore(), ALL);

    @Override
    protected EventStore store() {
        return store;
    }

    /** The kinds are those of the constructor. */
    @Test
    @Override
    protected void anEventThatNobodyWantsIsNotKept() {
        store = new BufferedEventStore(
                durable, new MemoryEventStore(), EnumSet.complementOf(EnumSet.of(Kind.CONNECTED)));

        super.anEventThatNobodyWantsIsNotKept();

        assertThat(came).as("the durable store follows connections").containsExactly(Kind.CONNECTED);
    }

    @Test
    @DisplayName("while the durable store is away events wait in memory, in order, and go there once it is back")
    void keepsEventsWhileTheDurableStoreIsAway() {
        away = true;
        List<StoredEvent> events =
                List.of(stored(Kind.CONNECTED, "a"), stored(Kind.SUBSCRIBED, "a"), stored(Kind.DISCONNECTED, "a"));
        events.forEach(event -> assertThat(add(store, event, true)).isTrue());
        store.turn();
        assertThat(store.first(ALL, 10)).isEmpty();
        assertThat(store.waiting().events()).isEqualTo(3);

        away = false;
        store.turn();

        assertThat(durable.first(ALL, 10)).isEqualTo(events);
        assertThat(store.waiting().events()).isEqualTo(3);
        assertThat(came).hasSize(3);
    }

    private static <T> T onAnotherThread(Supplier<T> what) {
        return CompletableFuture.supplyAsync(what)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void followsConnectionsAsTheDurableStoreDoes() {
        assertThat(store.followsConnections()).isFalse();

        follows = true;

        assertThat(store.followsConnections()).isTrue();
    }

    @Test
    void saysHowManyTheBufferHasDropped() {
        store = new BufferedEventStore(durable, new MemoryEventStore(1, new SpilledEvents()), ALL);

        assertThat(store.add(List.of(stored(Kind.CONNECTED, "a"), stored(Kind.CONNECTED, "b")), ALL))
                .isEqualTo(1);
    }

    @Test
    void aTurnIsTheDurableStoresAndLeavesTheWayToOthers() {
        assertThat(store.turn()).isEqualTo(7);

        assertThat(onAnotherThread(store::turn)).isEqualTo(7);
    }

    @Test
    void aReadLeavesTheWayToOthers() {
        assertThat(store.first(ALL, 10)).isEmpty();
        add(store, stored(Kind.CONNECTED, "a"), true);

        assertThat(onAnotherThread(() -> store.first(ALL, 10))).containsExactly(stored(Kind.CONNECTED, "a"));
    }

    @Test
    void aDurableStoreThatIsAwayIsADetailOfTheLog() {
        add(store, stored(Kind.CONNECTED, "a"), true);
        away = true;

        var lines = LogLines.withDetails(
                BufferedEventStore.class, () -> assertThat(store.turn()).isEqualTo(7));

        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("away"));
    }

    @Test
    @DisplayName("the end moves what is in memory; what comes later stays there, because no node would find it")
    void nothingIsMovedBehindTheEnd() {
        add(store, stored(Kind.CONNECTED, "a"), true);

        store.close();
        add(store, stored(Kind.CONNECTED, "late"), true);

        assertThat(closed).isTrue();
        assertThat(onAnotherThread(store::turn)).isZero();
        assertThat(store.first(ALL, 10)).containsExactly(stored(Kind.CONNECTED, "a"));
    }

    @Test
    void theEndRemovesTheFileOfTheBuffer() {
        SpilledEvents disk = new SpilledEvents();
        store = new BufferedEventStore(durable, new MemoryEventStore(1, disk), ALL);
        add(store, stored(Kind.DISCONNECTED, "a"), true);
        add(store, stored(Kind.DISCONNECTED, "b"), true);
        away = true;
        assertThat(disk.count()).isEqualTo(1);

        store.close();

        assertThat(disk.count()).isZero();
    }
}
