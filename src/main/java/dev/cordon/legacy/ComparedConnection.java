package dev.cordon.legacy;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.UserId;
import java.util.Optional;

/** One connection and its shadow. Thread-safe. */
final class ComparedConnection {
    final UserId user;
    final ComparedStream served;
    final ComparedStream shadow;
    private volatile Optional<ConnectionId> handle = Optional.empty();
    private volatile Optional<ConnectionId> twin = Optional.empty();
    private volatile boolean open;
    private volatile boolean ended;

    ComparedConnection(UserId user, ComparedStream served, ComparedStream shadow) {
        this.user = user;
        this.served = served;
        this.shadow = shadow;
    }

    /** Both managers have taken it: what is sent from now on must come. */
    void opened(ConnectionId as, ConnectionId twinAs) {
        handle = Optional.of(as);
        twin = Optional.of(twinAs);
        open = true;
    }

    /** The connection begins to end: what is sent from now on may be missing. */
    void closing() {
        open = false;
    }

    /** The comparison has ended. */
    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    Optional<ConnectionId> handle() {
        return handle;
    }

    Optional<ConnectionId> twin() {
        return twin;
    }

    void expect(Sent sent) {
        served.expect(sent, open);
        shadow.expect(sent, open);
    }
}
