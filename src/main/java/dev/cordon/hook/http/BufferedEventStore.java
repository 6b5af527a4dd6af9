package dev.cordon.hook.http;

import dev.cordon.hook.SessionEvent.Kind;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * A durable store behind a buffer in memory. Adding never waits: events go from the buffer to the durable store many at a
 * time, with the next {@link #first} or {@link #turn}, and stay in the buffer while that store cannot be reached. If the
 * process ends meanwhile, the durable store still knows which connections were open, and another node tells their ends.
 * Thread-safe.
 */
final class BufferedEventStore implements EventStore {
    private static final System.Logger LOG = System.getLogger(BufferedEventStore.class.getName());
    private static final int BATCH = 200;
    private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

    private final EventStore durable;
    private final EventStore buffer;
    private final Set<Kind> wanted;
    private final ReentrantLock moving = new ReentrantLock();
    /** Guarded by {@link #moving}. */
    private boolean closed;

    /** @param wanted kinds that the back end wants to hear of */
    BufferedEventStore(EventStore durable, EventStore buffer, Set<Kind> wanted) {
        this.durable = durable;
        this.buffer = buffer;
        this.wanted = Set.copyOf(wanted);
    }

    @Override
    public boolean followsConnections() {
        return durable.followsConnections();
    }

    /** @param unused those of the constructor count */
    @Override
    public int add(List<StoredEvent> events, Set<Kind> unused) {
        return buffer.add(events, ALL);
    }

    @Override
    public List<StoredEvent> first(Set<Kind> kinds, int most) {
        move();
        return durable.first(kinds, most);
    }

    @Override
    public void told(Collection<StoredEvent> events) {
        durable.told(events);
    }

    @Override
    public Waiting waiting() {
        Waiting here = buffer.waiting();
        Waiting there = durable.waiting();
        return new Waiting(
                here.events() + there.events(),
                Stream.of(here.oldest(), there.oldest())
                        .flatMap(Optional::stream)
                        .min(Instant::compareTo));
    }

    @Override
    public int turn() {
        moving.lock();
        try {
            if (closed) {
                return 0;
            }
            moveAll();
            return durable.turn();
        } finally {
            moving.unlock();
        }
    }

    /** Moves what is in the buffer, unless another thread does. */
    private void move() {
        if (!moving.tryLock()) {
            return;
        }
        try {
            if (!closed) {
                moveAll();
            }
        } finally {
            moving.unlock();
        }
    }

    private void moveAll() {
        try {
            for (List<StoredEvent> batch = buffer.first(ALL, BATCH);
                    !batch.isEmpty();
                    batch = buffer.first(ALL, BATCH)) {
                durable.add(batch, wanted);
                buffer.told(batch);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "Events of hooks stay in memory for now", e);
        }
    }

    /** Nothing is moved any more behind the durable store's end: no node would find it. */
    @Override
    public void close() {
        moving.lock();
        try {
            moveAll();
            closed = true;
            buffer.close();
            durable.close();
        } finally {
            moving.unlock();
        }
    }
}
