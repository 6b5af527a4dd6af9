package dev.cordon.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Users who are connected and receive. Counts what reaches them, and what reaches them that was another's. */
final class Crowd implements Client.Listener, AutoCloseable {
    private static final byte[] TIME = Text.bytes("\"t\":");
    private static final int AT_ONCE = 64;
    private static final double PATIENCE_SECONDS = 60;

    final List<Client> clients = new ArrayList<>();
    private final Loop loop;
    private final Target target;
    private final WayBack wayBack;
    private int joined;
    private int lost;
    private long delivered;
    private long misdelivered;
    private @Nullable Histogram latency;
    private Client.@Nullable Listener replies;

    Crowd(Loop loop, Target target) {
        this.loop = loop;
        this.target = target;
        this.wayBack = new WayBack(loop, target);
    }

    /** Connects users {@code <prefix><from>} to {@code <prefix><to - 1>}. */
    Crowd join(String prefix, int from, int to, int receiveBuffer) throws IOException {
        int expected = joined + to - from;
        for (int i = from; i < to; i++) {
            clients.add(Client.receiver(loop, target, prefix + i, this, receiveBuffer));
            int limit = clients.size() - AT_ONCE;
            await(limit);
        }
        await(expected);
        return this;
    }

    private void await(int wanted) {
        if (!loop.until(() -> joined + lost >= wanted, PATIENCE_SECONDS) || lost > 0) {
            throw new IllegalStateException("%s: %d connected, %d lost, %d wanted; first failure: %s"
                    .formatted(target.name(), joined, lost, wanted, firstFailure()));
        }
    }

    private String firstFailure() {
        return clients.stream()
                .filter(client -> client.state() == Client.State.CLOSED)
                .findFirst()
                .map(client -> client.closeCode() + " " + client.failure())
                .orElse("none");
    }

    int size() {
        return clients.size();
    }

    String user(long index) {
        return clients.get((int) (index % clients.size())).user;
    }

    long delivered() {
        return delivered;
    }

    /** Messages that came to a connection of another user than their channel's owner. */
    long misdelivered() {
        return misdelivered;
    }

    /** From now on the time from a message's {@code t} to its arrival is recorded; null: no longer. */
    void record(@Nullable Histogram into) {
        latency = into;
    }

    /** Who is told of messages that are no publications. */
    void replies(Client.@Nullable Listener to) {
        replies = to;
    }

    @Override
    public void joined(Client client) {
        joined++;
    }

    @Override
    public void message(Client client, byte[] buffer, int from, int to) {
        int at = client.way.owner(buffer, from, to);
        if (at < 0) {
            Client.Listener other = replies;
            if (other != null) {
                other.message(client, buffer, from, to);
            }
            return;
        }
        delivered++;
        misdelivered += Text.startsWith(buffer, at, to, client.owner) ? 0 : 1;
        Histogram record = latency;
        if (record != null) {
            record.recordValue(Math.max(0, System.nanoTime() - time(buffer, at, to)));
        }
    }

    /** The {@code t} of a message's data: when it was due. */
    static long time(byte[] buffer, int from, int to) {
        int at = Text.indexOf(buffer, from, to, TIME);
        return Text.number(buffer, at + TIME.length, to);
    }

    @Override
    public void emulate(Text body) {
        wayBack.send(body);
    }

    @Override
    public void ended(Client client) {
        lost++;
    }

    /** All leave politely; who gets no answer is cut. */
    @Override
    public void close() {
        clients.forEach(Client::leave);
        loop.until(() -> clients.stream().allMatch(client -> client.state() == Client.State.CLOSED), 5);
        clients.forEach(Client::end);
        wayBack.close();
    }
}
