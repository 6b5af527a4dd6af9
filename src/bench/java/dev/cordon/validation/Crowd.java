package dev.cordon.validation;

import dev.cordon.legacy.LegacyManager;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Users with one session each on one manager, and what is done with them. Confined to one thread unless said. */
final class Crowd {
    /** About as long as an agent's event. */
    static final Payload PAYLOAD = Payload.json("{\"type\":\"agent_thinking\",\"text\":\"" + "x".repeat(160) + "\"}");

    private static final SessionId SESSION = new SessionId("browser");

    final Ledger ledger = new Ledger();
    private final LegacyManager manager;
    private final List<UserId> users = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<ConnectionId> handles = new ArrayList<>();

    /** Makes users and wires, so that what follows measures the manager alone. */
    Crowd(LegacyManager manager, int size) {
        this.manager = manager;
        for (int i = 0; i < size; i++) {
            users.add(new UserId("user-" + i));
            wires.add(new Wire(users.get(i), ledger));
        }
    }

    int size() {
        return users.size();
    }

    UserId user(int index) {
        return users.get(index);
    }

    /** Connects all, each connect timed. */
    Histogram connect() {
        Histogram times = Ledger.histogram();
        for (int i = 0; i < users.size(); i++) {
            long start = System.nanoTime();
            ConnectionId handle =
                    manager.connect(users.get(i), SESSION, wires.get(i)).orElseThrow();
            times.recordValue(System.nanoTime() - start);
            handles.add(handle);
        }
        return times;
    }

    /** One message to a user; may be called by several threads. */
    void send(int index) {
        Wire wire = wires.get(index);
        wire.starts(System.nanoTime());
        manager.send(users.get(index), PAYLOAD);
    }

    /** One message to a user that was due at a moment: what delayed its sending counts. */
    void sendDue(int index, long dueNanos) {
        wires.get(index).starts(dueNanos);
        manager.send(users.get(index), PAYLOAD);
    }

    /** To all in turn; returns nanoseconds. */
    long sendRounds(long messages) {
        long start = System.nanoTime();
        for (long i = 0; i < messages; i++) {
            send((int) (i % users.size()));
        }
        return System.nanoTime() - start;
    }

    /** Releases all in the order of their coming, each timed. */
    Histogram disconnect() {
        Histogram times = Ledger.histogram();
        for (ConnectionId handle : handles) {
            long start = System.nanoTime();
            manager.disconnect(handle);
            times.recordValue(System.nanoTime() - start);
        }
        handles.clear();
        return times;
    }
}
