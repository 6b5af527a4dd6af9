package dev.cordon.hook.http;

import dev.cordon.hook.SessionEvent.Kind;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Events in the memory of the process. At most {@link #MAX_EVENTS} events wait there, about 4 MB. Further events are
 * dropped, but for disconnects: these go to a file on the disk, and from there into the room that becomes free. So a
 * disconnect is lost with the process, and not before. While disconnects are on the disk all other events are dropped,
 * because they would overtake them. The file is written under the lock: who waits for it are threads of hooks alone.
 * Thread-safe.
 */
class MemoryEventStore implements EventStore {
    /** Most events in memory. */
    static final int MAX_EVENTS = 10_000;

    private final int most;
    private final SpilledEvents disk;
    private final Map<String, StoredEvent> events = new LinkedHashMap<>();

    MemoryEventStore() {
        this(MAX_EVENTS, new SpilledEvents());
    }

    /** @param most events in memory */
    MemoryEventStore(int most, SpilledEvents disk) {
        this.most = most;
        this.disk = disk;
    }

    /** A lost process has lost all that it knew. */
    @Override
    public boolean followsConnections() {
        return false;
    }

    @Override
    public synchronized int add(List<StoredEvent> more, Set<Kind> wanted) {
        int dropped = 0;
        for (StoredEvent event : more) {
            if (wanted.contains(event.kind()) && !add(event)) {
                dropped++;
            }
        }
        return dropped;
    }

    private boolean add(StoredEvent event) {
        if (events.containsKey(event.id())) {
            return true;
        }
        boolean full = events.size() >= most || disk.count() > 0;
        if (!full) {
            events.put(event.id(), event);
            return true;
        }
        if (event.kind() != Kind.DISCONNECTED) {
            return false;
        }
        if (!disk.add(event)) {
            // Rather too much memory than a disconnect that nobody hears of.
            events.put(event.id(), event);
        }
        return true;
    }

    @Override
    public synchronized List<StoredEvent> first(Set<Kind> kinds, int number) {
        return events.values().stream()
                .filter(event -> kinds.contains(event.kind()))
                .limit(number)
                .toList();
    }

    @Override
    public synchronized void told(Collection<StoredEvent> taken) {
        taken.forEach(event -> events.remove(event.id()));
        if (events.size() <= most / 2 && disk.count() > 0) {
            disk.take(most - events.size()).forEach(event -> events.put(event.id(), event));
        }
    }

    @Override
    public synchronized Waiting waiting() {
        Iterator<StoredEvent> oldest = events.values().iterator();
        Optional<Instant> since = oldest.hasNext() ? Optional.of(oldest.next().at()) : Optional.empty();
        return new Waiting(events.size() + disk.count(), since);
    }

    @Override
    public int turn() {
        return 0;
    }

    @Override
    public synchronized void close() {
        disk.close();
    }
}
