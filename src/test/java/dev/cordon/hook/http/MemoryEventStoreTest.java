package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.hook.SessionEvent.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MemoryEventStoreTest extends EventStoreContract {
    private static final int MOST = 20;

    private final SpilledEvents disk = new SpilledEvents();
    private final MemoryEventStore store = new MemoryEventStore(MOST, disk);

    @Override
    protected EventStore store() {
        return store;
    }

    @AfterEach
    void close() {
        store.close();
    }

    private List<StoredEvent> disconnects(int from, int to) {
        List<StoredEvent> events = new ArrayList<>();
        for (int i = from; i < to; i++) {
            StoredEvent event = stored(Kind.DISCONNECTED, "user" + i);
            assertThat(add(store, event, true)).isTrue();
            events.add(event);
        }
        return events;
    }

    /** Tells all that is there, in batches. */
    private List<StoredEvent> tellAll() {
        List<StoredEvent> told = new ArrayList<>();
        for (List<StoredEvent> batch = store.first(ALL, 7); !batch.isEmpty(); batch = store.first(ALL, 7)) {
            store.told(batch);
            told.addAll(batch);
        }
        return told;
    }

    @Test
    @DisplayName("F11 a full store drops events, but never a disconnect: these go to the disk, and are told in order")
    void spillsDisconnectsToTheDisk() {
        List<StoredEvent> events = disconnects(0, 500);

        assertThat(disk.count()).isEqualTo(500 - MOST);
        assertThat(store.waiting().events()).isEqualTo(500);
        assertThat(add(store, stored(Kind.CONNECTED, "late"), true)).isFalse();
        assertThat(tellAll()).isEqualTo(events);
        assertThat(disk.count()).isZero();
    }

    @Test
    void takesEveryEventAgainOnceTheDiskIsEmpty() {
        disconnects(0, MOST + 1);
        tellAll();

        assertThat(add(store, stored(Kind.CONNECTED, "alice"), true)).isTrue();
        assertThat(store.first(ALL, 10)).containsExactly(stored(Kind.CONNECTED, "alice"));
    }

    @Test
    void goesOnSpillingWhileItIsTold() {
        List<StoredEvent> events = new ArrayList<>(disconnects(0, 3 * MOST));
        List<StoredEvent> told = new ArrayList<>(store.first(ALL, MOST));
        store.told(told);
        events.addAll(disconnects(1000, 1000 + MOST));

        told.addAll(tellAll());

        assertThat(told).isEqualTo(events);
    }

    @Test
    void theAgeIsThatOfTheOldestEvent() {
        assertThat(store.waiting()).isEqualTo(EventStore.Waiting.NOTHING);
        disconnects(0, 1);

        assertThat(store.waiting().oldest()).contains(Hooks.AT);
    }

    @Test
    @DisplayName("a disk that takes nothing leaves disconnects in memory")
    void keepsDisconnectsInMemoryWithoutADisk() {
        SpilledEvents broken = new SpilledEvents(Path.of("/nowhere/at/all"));
        MemoryEventStore full = new MemoryEventStore(1, broken);
        List<StoredEvent> events = Stream.of("a", "b", "c")
                .map(user -> stored(Kind.DISCONNECTED, user))
                .toList();

        events.forEach(event -> assertThat(add(full, event, true)).isTrue());

        assertThat(full.first(ALL, 10)).isEqualTo(events);
    }

    @Test
    void saysHowManyItHasDropped() {
        disconnects(0, MOST);
        List<StoredEvent> late = List.of(
                stored(Kind.CONNECTED, "late1"), stored(Kind.DISCONNECTED, "late2"), stored(Kind.SUBSCRIBED, "late3"));

        assertThat(store.add(late, ALL)).isEqualTo(2);
    }

    @Test
    void neverHasMoreInMemoryThanItMayHave() {
        disconnects(0, 5 * MOST);

        store.told(store.first(ALL, MOST / 2));

        assertThat(store.first(ALL, 1000)).hasSize(MOST);
        assertThat(disk.count()).isEqualTo(5 * MOST - MOST / 2 - MOST);
    }

    @Test
    void doesNotOutliveItsProcess() {
        assertThat(store.followsConnections()).isFalse();
        assertThat(store.turn()).isZero();
    }
}
