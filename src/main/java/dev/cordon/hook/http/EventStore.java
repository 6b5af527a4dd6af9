package dev.cordon.hook.http;

import dev.cordon.hook.SessionEvent.Kind;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where events wait until the back end has taken them, in the order in which they were added. Thread-safe. Methods may
 * block, but never for long; never call them on a thread of the server or of the HTTP client.
 */
public interface EventStore extends AutoCloseable {
    /** The size and the age of what waits. */
    record Waiting(long events, Optional<Instant> oldest) {
        public static final Waiting NOTHING = new Waiting(0, Optional.empty());
    }

    /**
     * Whether it keeps which connections are open, to tell the end of each if this node is lost. Then it must hear of
     * each connection. Constant.
     */
    boolean followsConnections();

    /**
     * Adds events. Never drops a disconnect. An id that waits already is not added again.
     *
     * @param wanted kinds that the back end wants to hear of; an event of another kind only says that a connection is
     *     open
     * @return number of events that were dropped for lack of room
     * @throws RuntimeException if the store cannot be reached now: nothing was added, try again
     */
    int add(List<StoredEvent> events, Set<Kind> wanted);

    /**
     * The oldest events of some kinds, which stay.
     *
     * @param most number of events
     */
    List<StoredEvent> first(Set<Kind> kinds, int most);

    /** Removes events that the back end has taken. */
    void told(Collection<StoredEvent> events);

    /** What waits, as of the last second or so. Does not block. */
    Waiting waiting();

    /**
     * What is to be done once a second, on one thread at a time: signs of life, and the events of lost nodes.
     *
     * @return number of events that were taken over
     */
    int turn();

    @Override
    void close();
}
