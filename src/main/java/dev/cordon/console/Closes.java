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
 * Remembers the last ends of users' connections, {@link #REMEMBERED} on the whole node: a newer one takes the oldest one's place. What never
 * had a user is not remembered, so that nobody without a token can push others out; nor are the made-up users of the {@link IsolationCheck}. Thread-safe, without locks: whoever ends a connection writes
 * into a place of its own.
 */
public final class Closes {
    static final int REMEMBERED = 2_000;

    private final Clock clock;
    private final AtomicReferenceArray<Close> ring = new AtomicReferenceArray<>(REMEMBERED);
    private final AtomicLong count = new AtomicLong();

    public Closes(Clock clock) {
        this.clock = clock;
    }

    /** Called once for each, by whoever ended it. */
    public void ended(Connection connection) {
        if (connection.remoteAddress().equals(CheckTransport.ADDRESS)) {
            return;
        }
        connection.context().ifPresent(of -> {
            Close close = new Close(
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

    /** Of one user, the newest first. */
    List<Close> of(UserId user) {
        return newest().stream().filter(close -> close.user().equals(user)).toList();
    }

    /** Of all users, the newest first. */
    List<Close> latest(int most) {
        return newest().stream().limit(most).toList();
    }

    private List<Close> newest() {
        List<Close> closes = new ArrayList<>();
        long end = count.get();
        for (long at = end - 1; at >= Math.max(0, end - REMEMBERED); at--) {
            Close close = ring.get((int) (at % REMEMBERED));
            if (close != null) {
                closes.add(close);
            }
        }
        return closes;
    }
}
