package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A manager that writes nothing and closes nothing. It runs what a test gives it, and remembers what it was given. */
final class SilentManager implements LegacyManager {
    final List<Transport> transports = new ArrayList<>();
    final List<ConnectionId> heard = new ArrayList<>();
    Runnable whileConnecting = () -> {};
    Runnable whileDisconnecting = () -> {};
    private final Set<ConnectionId> open = new HashSet<>();
    private boolean refuses;

    /** From now on it takes no connection. */
    SilentManager refuses() {
        refuses = true;
        return this;
    }

    @Override
    public Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport) {
        transports.add(transport);
        whileConnecting.run();
        if (refuses) {
            return Optional.empty();
        }
        ConnectionId handle = ConnectionId.random();
        open.add(handle);
        return Optional.of(handle);
    }

    @Override
    public int send(UserId user, Payload payload) {
        return open.size();
    }

    @Override
    public boolean send(ConnectionId handle, Payload payload) {
        return open.contains(handle);
    }

    @Override
    public void disconnect(ConnectionId handle) {
        whileDisconnecting.run();
        open.remove(handle);
    }

    @Override
    public void heard(ConnectionId handle) {
        heard.add(handle);
    }

    @Override
    public void releaseAll() {
        open.clear();
    }

    @Override
    public int connections() {
        return open.size();
    }
}
