package dev.cordon.cluster;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.log.UserLog.Since;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Delivery;
import dev.cordon.manager.SerialDrain;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManager;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/**
 * Delivers what other nodes have published: reads the log for the users of this node who were woken, and delivers what
 * their connections lack. Many users share a read. Users who are woken while a read is under way come in the next one.
 *
 * <p>Thread-safe. One read at a time runs, on the executor's thread. If the executor cannot take it, the connections read
 * for themselves once they can.
 */
final class RemotePublications {
    /** Most users of one read. */
    static final int MAX_USERS = 256;

    private static final System.Logger LOG = System.getLogger(RemotePublications.class.getName());

    private final WebSocketManagerFactory factory;
    private final UserLog log;
    private final LocalUsers users;
    private final ClusterCounters counters;
    private final Ticker ticker;
    private final Executor executor;
    private final SerialDrain drain = new SerialDrain();
    private final Set<UserId> pending = ConcurrentHashMap.newKeySet();

    RemotePublications(
            WebSocketManagerFactory factory,
            UserLog log,
            LocalUsers users,
            ClusterCounters counters,
            Ticker ticker,
            Executor executor) {
        this.factory = factory;
        this.log = log;
        this.users = users;
        this.counters = counters;
        this.ticker = ticker;
        this.executor = executor;
    }

    /** Reads for the users of these hashes. Does not wait. */
    void woken(Collection<UserHash> hashes) {
        counters.wakeupsReceived.increment();
        boolean any = false;
        for (UserHash hash : hashes) {
            any |= pending.addAll(users.of(hash));
        }
        if (any) {
            begin();
        }
    }

    /** Reads for all users of this node. Does not wait. */
    void unsure() {
        pending.addAll(users.all());
        begin();
    }

    private void begin() {
        if (drain.enter()) {
            try {
                executor.execute(() -> drain.serve(this::readPending));
            } catch (LogUnavailableException e) {
                LOG.log(Level.DEBUG, "Publications of other nodes wait for the log: {0}", e.getMessage());
                drain.serve(this::fallBehindPending);
            }
        }
    }

    private void readPending() {
        while (!pending.isEmpty()) {
            read(taken());
        }
    }

    private void fallBehindPending() {
        while (!pending.isEmpty()) {
            fallBehind(lacking(taken()));
        }
    }

    private List<UserId> taken() {
        List<UserId> taken = new ArrayList<>();
        for (Iterator<UserId> all = pending.iterator(); all.hasNext() && taken.size() < MAX_USERS; ) {
            UserId user = all.next();
            // Removed before the positions are read: a wakeup from here on counts for the next read.
            all.remove();
            taken.add(user);
        }
        return taken;
    }

    private void read(List<UserId> of) {
        List<Since> channels = List.of();
        try {
            channels = lacking(of);
            deliver(channels, channels.isEmpty() ? List.of() : log.readAllAfter(channels), counters.remote);
        } catch (LogUnavailableException e) {
            fallBehind(channels);
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "Publications of another node could not be delivered", e);
            fallBehind(channels);
        }
    }

    /** Lets the connections read for themselves, once the log can be read. */
    private void fallBehind(List<Since> channels) {
        channels.forEach(since -> factory.fallBehind(since.channel()));
    }

    /** The channels that these users' connections follow, each with the least position of theirs. */
    List<Since> lacking(Collection<UserId> of) {
        Map<Channel, StreamPosition> positions = new LinkedHashMap<>();
        for (UserId user : of) {
            for (WebSocketManager manager : factory.managersOf(user)) {
                for (Connection connection : manager.connections()) {
                    connection.mayLack(
                            (channel, position) -> positions.merge(channel, position, RemotePublications::least));
                }
            }
        }
        return positions.entrySet().stream()
                .map(entry -> new Since(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Of positions of two epochs either will do: connections of the other one read for themselves. */
    private static StreamPosition least(StreamPosition one, StreamPosition other) {
        return one.offset() <= other.offset() ? one : other;
    }

    /** @param counter counts the publications */
    void deliver(List<Since> channels, List<Backlog> found, LongAdder counter) {
        try (WriteBatch writes = new WriteBatch()) {
            for (int i = 0; i < channels.size(); i++) {
                deliver(channels.get(i), found.get(i), counter, writes);
            }
        }
    }

    private void deliver(Since since, Backlog backlog, LongAdder counter, WriteBatch writes) {
        String epoch = backlog.top().epoch();
        if (!backlog.complete() || !epoch.equals(since.position().epoch())) {
            factory.fallBehind(since.channel());
            return;
        }
        for (Publication publication : backlog.publications()) {
            Appended appended = new Appended(publication, epoch);
            factory.deliver(new Delivery(appended, ticker.nanos()), log, writes);
            counter.increment();
        }
    }
}
