package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An application's own singleton, which writes bare payloads. At one message, counted from 1, it does what its fault
 * says.
 */
final class FaultySingleton implements LegacyManager {
    enum Fault {
        NONE,
        /** The message also goes to another user. */
        LEAKS,
        /** The message goes to nobody. */
        LOSES,
        /** The message goes out behind the next one of its user. */
        REORDERS,
        /** The message goes out twice. */
        DUPLICATES,
        /** The message goes out when {@link #release} is called. */
        KEEPS,
        /** Another message goes out before it. */
        INVENTS
    }

    private final Fault fault;
    private final int faultyMessage;
    private final Map<ConnectionId, Member> members = new LinkedHashMap<>();
    private int messages;
    private Optional<Runnable> kept = Optional.empty();
    private Optional<UserId> keptFor = Optional.empty();
    /** The user whose message met the fault, and the one who got it too. */
    Optional<UserId> victim = Optional.empty();

    Optional<UserId> other = Optional.empty();

    private record Member(UserId user, Transport transport) {
        void write(String text) {
            transport.write(Frame.of(text), new PendingSend());
        }
    }

    FaultySingleton(Fault fault, int faultyMessage) {
        this.fault = fault;
        this.faultyMessage = faultyMessage;
    }

    @Override
    public synchronized Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport) {
        ConnectionId handle = ConnectionId.random();
        members.put(handle, new Member(user, transport));
        return Optional.of(handle);
    }

    @Override
    public synchronized int send(UserId user, Payload payload) {
        List<Member> of =
                members.values().stream().filter(m -> m.user().equals(user)).toList();
        send(user, payload, of);
        return of.size();
    }

    private void send(UserId user, Payload payload, List<Member> of) {
        Runnable write = () -> of.forEach(member -> member.write(payload.text()));
        if (++messages == faultyMessage && fault != Fault.NONE) {
            victim = Optional.of(user);
            fail(user, payload, write);
        } else {
            write.run();
        }
        if (fault == Fault.REORDERS && keptFor.equals(Optional.of(user)) && messages > faultyMessage) {
            release();
        }
    }

    private void fail(UserId user, Payload payload, Runnable write) {
        switch (fault) {
            case LEAKS -> {
                write.run();
                Member stranger = members.values().stream()
                        .filter(m -> !m.user().equals(user))
                        .findFirst()
                        .orElseThrow();
                other = Optional.of(stranger.user());
                stranger.write(payload.text());
            }
            case DUPLICATES -> {
                write.run();
                write.run();
            }
            case INVENTS -> {
                members.values().stream()
                        .filter(m -> m.user().equals(user))
                        .forEach(m -> m.write("{\"invented\":true}"));
                write.run();
            }
            case REORDERS, KEEPS -> {
                kept = Optional.of(write);
                keptFor = Optional.of(user);
            }
            case LOSES, NONE -> {}
        }
    }

    /** Writes the message that was kept. */
    synchronized void release() {
        Optional<Runnable> write = kept;
        kept = Optional.empty();
        keptFor = Optional.empty();
        write.ifPresent(Runnable::run);
    }

    @Override
    public synchronized boolean send(ConnectionId handle, Payload payload) {
        Optional<Member> member = Optional.ofNullable(members.get(handle));
        member.ifPresent(m -> send(m.user(), payload, List.of(m)));
        return member.isPresent();
    }

    @Override
    public synchronized void disconnect(ConnectionId handle) {
        Member member = members.remove(handle);
        if (member != null) {
            member.transport().close(Disconnect.NORMAL);
        }
    }

    @Override
    public synchronized void releaseAll() {
        new ArrayList<>(members.keySet()).forEach(this::disconnect);
    }

    @Override
    public synchronized int connections() {
        return members.size();
    }
}
