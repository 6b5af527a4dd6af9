package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.hook.SessionEvent.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BufferedEventStoreTest extends EventStoreContract {
    /** The kinds that came to the durable store. */
    private final List<Kind> came = new ArrayList<>();

    private boolean away;
    private final MemoryEventStore durable = new MemoryEventStore() {
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
}
