package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** The connections that the singleton serves, from before it takes one until that one has ended. Thread-safe. */
final class LegacyConnections {
    private final ConcurrentHashMap<UserId, List<Wire>> users = new ConcurrentHashMap<>();
    private final Map<ConnectionId, Wire> handles = new ConcurrentHashMap<>();

    /** Enters a connection that the singleton is about to take. */
    Wire enter(UserId user, Transport transport) {
        Wire wire = new Wire(user, transport);
        users.merge(user, List.of(wire), LegacyConnections::joined);
        return wire;
    }

    private static List<Wire> joined(List<Wire> known, List<Wire> more) {
        return Stream.concat(known.stream(), more.stream()).toList();
    }

    boolean has(UserId user) {
        return users.containsKey(user);
    }

    /** Users with a connection. */
    Set<UserId> users() {
        return Set.copyOf(users.keySet());
    }

    List<ConnectionId> of(UserId user) {
        return users.getOrDefault(user, List.of()).stream()
                .flatMap(wire -> wire.handle.stream())
                .toList();
    }

    Optional<UserId> user(ConnectionId handle) {
        return Optional.ofNullable(handles.get(handle)).map(wire -> wire.user);
    }

    /** The connection has been ended by its handle, whether or not the singleton closed its transport. */
    void ended(ConnectionId handle) {
        Wire wire = handles.get(handle);
        if (wire != null) {
            wire.end();
        }
    }

    int size() {
        return handles.size();
    }

    /** The transport of one of them, which leaves when it is closed. */
    final class Wire extends ForwardingTransport {
        private final UserId user;
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile Optional<ConnectionId> handle = Optional.empty();

        private Wire(UserId user, Transport transport) {
            super(transport);
            this.user = user;
        }

        /** The singleton has taken it. */
        void taken(ConnectionId as) {
            handle = Optional.of(as);
            handles.put(as, this);
            if (ended.get()) {
                handles.remove(as);
            }
        }

        /** The connection has ended, or was not taken. */
        void end() {
            if (ended.compareAndSet(false, true)) {
                users.computeIfPresent(user, (of, known) -> {
                    List<Wire> left =
                            known.stream().filter(other -> other != this).toList();
                    return left.isEmpty() ? null : left;
                });
            }
            handle.ifPresent(handles::remove);
        }

        @Override
        public void close(Disconnect disconnect) {
            end();
            super.close(disconnect);
        }
    }
}
