package dev.cordon.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.hook.SessionEvent.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of events does. */
public abstract class EventStoreContract {
    protected static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

    /** The store under test, the same at each call. */
    protected abstract EventStore store();

    protected static StoredEvent stored(Kind kind, String user) {
        return Hooks.stored(kind, user);
    }

    /** Adds an event; returns whether there was room for it. */
    protected static boolean add(EventStore to, StoredEvent event, boolean wanted) {
        return to.add(List.of(event), wanted ? ALL : EnumSet.complementOf(EnumSet.of(event.kind()))) == 0;
    }

    @Test
    void keepsEventsInTheirOrderUntilTheyAreTold() {
        List<StoredEvent> events = IntStream.range(0, 20)
                .mapToObj(i -> stored(i % 2 == 0 ? Kind.CONNECTED : Kind.SUBSCRIBED, "user" + i))
                .toList();
        events.forEach(event -> add(store(), event, true));

        assertThat(store().first(ALL, 5)).isEqualTo(events.subList(0, 5));
        assertThat(store().first(ALL, 5)).isEqualTo(events.subList(0, 5));
        store().told(events.subList(0, 5));

        assertThat(store().first(ALL, 100)).isEqualTo(events.subList(5, 20));
        assertThat(store().first(ALL, 100).get(0).json())
                .isEqualTo(events.get(5).json());
    }

    @Test
    void tellsTheEventsOfSomeKinds() {
        add(store(), stored(Kind.CONNECTED, "alice"), true);
        add(store(), stored(Kind.DISCONNECTED, "alice"), true);

        assertThat(store().first(Set.of(Kind.DISCONNECTED), 10)).containsExactly(stored(Kind.DISCONNECTED, "alice"));
    }

    @Test
    void anEventThatIsAddedAgainIsKeptOnce() {
        assertThat(add(store(), stored(Kind.CONNECTED, "alice"), true)).isTrue();
        assertThat(add(store(), stored(Kind.CONNECTED, "alice"), true)).isTrue();
        add(store(), stored(Kind.DISCONNECTED, "alice"), true);
        add(store(), stored(Kind.DISCONNECTED, "alice"), true);

        assertThat(store().first(ALL, 10))
                .containsExactly(stored(Kind.CONNECTED, "alice"), stored(Kind.DISCONNECTED, "alice"));
    }

    @Test
    protected void anEventThatNobodyWantsIsNotKept() {
        add(store(), stored(Kind.CONNECTED, "alice"), false);

        assertThat(store().first(ALL, 10)).isEmpty();
    }
}
