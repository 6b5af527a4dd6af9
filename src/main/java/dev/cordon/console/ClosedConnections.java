package dev.cordon.console;

import dev.cordon.manager.Connection;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A ring of the last {@link #REMEMBERED} closed connections of users on this node; a newer one replaces the oldest.
 *
 * <p>A connection that never had a user is left out, so that a client without a token cannot push others out. The made-up users of the
 * {@link IsolationCheck} are left out too. Thread-safe and lock-free: each closing thread writes to a place of its own.
 */
public final class ClosedConnections {
    static final int REMEMBERED = 2_000;

    private final Clock clock;
    private final AtomicReferenceArray<ClosedConnection> ring = new AtomicReferenceArray<>(REMEMBERED);
    private final AtomicLong count = new AtomicLong();

    public ClosedConnections(Clock clock) {
        this.clock = clock;
    }

    /** Adds a connection. The thread that closed it calls this once. */
    public void ended(Connection connection) {
        if (connection.remoteAddress().equals(CheckTransport.ADDRESS)) {
            return;
        }
        connection.context().ifPresent(of -> {
            ClosedConnection close = new ClosedConnection(
                    clock.instant(),
                    of.user(),
                    of.session(),
                    connection.id(),
                    connection.ending().orElse(Disconnect.NORMAL),
                    connection.waitedAtEnd(),
                    Duration.ofNanos(connection.liveness().age()));
            ring.set((int) (count.getAndIncrement() % REMEMBERED), close);
        });
    }

    /** The closed connections of one user, the newest first. */
    List<ClosedConnection> of(UserId user) {
        return newest().stream().filter(close -> close.user().equals(user)).toList();
    }

    /** The closed connections of all users, the newest first. */
    List<ClosedConnection> latest(int most) {
        return newest().stream().limit(most).toList();
    }

    private List<ClosedConnection> newest() {
        List<ClosedConnection> closes = new ArrayList<>();
        long end = count.get();
        for (long at = end - 1; at >= Math.max(0, end - REMEMBERED); at--) {
            ClosedConnection close = ring.get((int) (at % REMEMBERED));
            if (close != null) {
                closes.add(close);
            }
        }
        return closes;
    }
}
