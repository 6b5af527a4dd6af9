package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A comparison of two managers on the same calls. The first serves the clients; the second writes to a transport that discards everything. For
 * each connection the messages of both are compared when it ends, and for open connections in {@link #result}.
 *
 * <p>Thread-safe. Messages of two threads to one user may arrive in different orders; these connections are counted as reordered, not as
 * differing. A write under way counts as not received, so call {@link #result} when none is. At most {@link #MAX_NAMED} differing users are
 * named.
 */
public final class ShadowComparison implements LegacyManager {
    /** Most differing users that are named. */
    public static final int MAX_NAMED = 100;

    private final LegacyManager served;
    private final LegacyManager shadow;
    private final Map<ConnectionId, Pair> pairs = new ConcurrentHashMap<>();
    private final AtomicReference<Result> ended = new AtomicReference<>(Result.NOTHING);

    public ShadowComparison(LegacyManager served, LegacyManager shadow) {
        this.served = served;
        this.shadow = shadow;
    }

    /**
     * The result of a comparison.
     *
     * @param connections number of compared connections
     * @param messages that the serving manager wrote to them
     * @param reordered connections that received the same messages in another order
     * @param differing connections that received other messages, or that only one of the two took in
     * @param users some of those with a differing connection
     */
    public record Result(long connections, long messages, long reordered, long differing, Set<String> users) {
        static final Result NOTHING = new Result(0, 0, 0, 0, Set.of());

        public Result {
            users = Set.copyOf(users);
        }

        /** Whether both managers sent the same to all connections. */
        public boolean equal() {
            return reordered == 0 && differing == 0;
        }

        private Result plus(UserId user, Received here, Received there, boolean both) {
            boolean same = both && here.messages() == there.messages() && here.any() == there.any();
            boolean inOrder = here.ordered() == there.ordered();
            Set<String> named = users;
            if (!same && users.size() < MAX_NAMED) {
                named = new TreeSet<>(users);
                named.add(user.value());
            }
            return new Result(
                    connections + 1,
                    messages + here.messages(),
                    reordered + (same && !inOrder ? 1 : 0),
                    differing + (same ? 0 : 1),
                    named);
        }
    }

    private record Pair(UserId user, Recording here, Recording there, Optional<ConnectionId> shadow) {
        Result addTo(Result sum) {
            return sum.plus(user, here.received(), there.received(), shadow.isPresent());
        }
    }

    @Override
    public Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport) {
        Recording here = new Recording(transport);
        Recording there = new Recording(new Nowhere());
        Optional<ConnectionId> handle = served.connect(user, session, here);
        Optional<ConnectionId> twin = shadow.connect(user, session, there);
        if (handle.isPresent()) {
            pairs.put(handle.get(), new Pair(user, here, there, twin));
        } else if (twin.isPresent()) {
            shadow.disconnect(twin.get());
            ended.updateAndGet(sum -> sum.plus(user, here.received(), there.received(), false));
        }
        return handle;
    }

    @Override
    public int send(UserId user, Payload payload) {
        int sent = served.send(user, payload);
        shadow.send(user, payload);
        return sent;
    }

    @Override
    public void disconnect(ConnectionId handle) {
        served.disconnect(handle);
        Pair pair = pairs.remove(handle);
        if (pair != null) {
            pair.shadow().ifPresent(shadow::disconnect);
            ended.updateAndGet(pair::addTo);
        }
    }

    @Override
    public void heard(ConnectionId handle) {
        served.heard(handle);
        Pair pair = pairs.get(handle);
        if (pair != null) {
            pair.shadow().ifPresent(shadow::heard);
        }
    }

    @Override
    public void releaseAll() {
        served.releaseAll();
        shadow.releaseAll();
        pairs.keySet().forEach(this::disconnect);
    }

    @Override
    public int connections() {
        return served.connections();
    }

    /** The result for ended connections and for open ones as they are now. */
    public Result result() {
        Result sum = java.util.Objects.requireNonNull(ended.get());
        for (Pair pair : pairs.values()) {
            sum = pair.addTo(sum);
        }
        return sum;
    }

    /** A transport that adds up the written messages. */
    private static final class Recording extends ForwardingTransport {
        private final AtomicReference<Received> received = new AtomicReference<>(Received.NOTHING);

        Recording(Transport wire) {
            super(wire);
        }

        Received received() {
            return java.util.Objects.requireNonNull(received.get());
        }

        @Override
        public void write(Frame frame, Completion completion) {
            super.write(frame, new Completion() {
                @Override
                public void written() {
                    received.updateAndGet(sum -> sum.plus(frame));
                    completion.written();
                }

                @Override
                public void failed(Throwable cause) {
                    completion.failed(cause);
                }
            });
        }
    }

    /** A transport that discards everything. */
    private static final class Nowhere implements Transport {
        @Override
        public void write(Frame frame, Completion completion) {
            completion.written();
        }

        @Override
        public void close(Disconnect disconnect) {}

        @Override
        public String remoteAddress() {
            return "shadow";
        }
    }
}
