package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One manager for all users, as in the systems that Cordon replaces. It has one map from users to their connections and one lock. A send holds
 * the lock while it waits for each connection in turn, so one slow reader delays all users by up to the send timeout. The comparison neither
 * worsens nor improves this.
 *
 * <p>Thread-safe by that lock.
 */
public final class SingletonWebSocketManager implements LegacyManager {
    private final Duration sendTimeout;
    private final Map<UserId, List<Member>> users = new HashMap<>();
    private long messages;

    private record Member(ConnectionId handle, SessionId session, Transport transport) {}

    /** @param sendTimeout longest time of a write; a slower connection is closed with 3008 */
    public SingletonWebSocketManager(Duration sendTimeout) {
        this.sendTimeout = sendTimeout;
    }

    @Override
    public synchronized Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport) {
        Member member = new Member(ConnectionId.random(), session, transport);
        users.computeIfAbsent(user, u -> new ArrayList<>()).add(member);
        return Optional.of(member.handle());
    }

    @Override
    public synchronized int send(UserId user, Payload payload) {
        List<Member> members = users.get(user);
        if (members == null) {
            return 0;
        }
        Frame frame = push(user, payload);
        int sent = 0;
        for (Member member : List.copyOf(members)) {
            sent += write(member, frame) ? 1 : 0;
        }
        return sent;
    }

    /** Searches all users, because the handle does not name its user. */
    @Override
    public synchronized boolean send(ConnectionId handle, Payload payload) {
        for (Map.Entry<UserId, List<Member>> entry : users.entrySet()) {
            for (Member member : entry.getValue()) {
                if (member.handle().equals(handle)) {
                    return write(member, push(entry.getKey(), payload));
                }
            }
        }
        return false;
    }

    private Frame push(UserId user, Payload payload) {
        return FrameWriter.push(new Publication(Channel.personal(user), ++messages, payload));
    }

    private boolean write(Member member, Frame frame) {
        PendingSend send = new PendingSend();
        member.transport().write(frame, send);
        boolean sent = send.succeedsWithin(sendTimeout);
        if (!sent) {
            end(member.handle(), Disconnect.SLOW);
        }
        return sent;
    }

    @Override
    public synchronized void disconnect(ConnectionId handle) {
        end(handle, Disconnect.NORMAL);
    }

    @Override
    public synchronized void releaseAll() {
        List<Member> all = users.values().stream().flatMap(List::stream).toList();
        all.forEach(member -> end(member.handle(), Disconnect.SHUTDOWN));
    }

    @Override
    public synchronized int connections() {
        return users.values().stream().mapToInt(List::size).sum();
    }

    /** Searches all users, because the handle does not name its user. */
    private void end(ConnectionId handle, Disconnect disconnect) {
        for (Map.Entry<UserId, List<Member>> entry : users.entrySet()) {
            for (Member member : entry.getValue()) {
                if (member.handle().equals(handle)) {
                    remove(entry.getKey(), member);
                    member.transport().close(disconnect);
                    return;
                }
            }
        }
    }

    private void remove(UserId user, Member member) {
        users.computeIfPresent(user, (u, members) -> {
            members.remove(member);
            return members.isEmpty() ? null : members;
        });
    }
}
