package dev.cordon.grid;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.cordon.cluster.Orders;
import dev.cordon.cluster.UserHash;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.Ticker;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Orders in a map of the grid, with one synchronous backup. A record is encrypted; its name is random and ends with the
 * hash of its user. Thread-safe.
 *
 * <p>No node's clock matters. The age of an order is the difference of two times of the grid, which each member takes
 * from the master with every heartbeat. A record is removed by the first node that has known it for {@link #KEPT} by its
 * own elapsed time; the map's own expiry would go by the clock of whoever holds the record.
 */
final class GridOrders implements Orders {
    static final String MAP = Grid.PREFIX + "orders";

    private static final System.Logger LOG = System.getLogger(GridOrders.class.getName());

    private final HazelcastInstance hazelcast;
    private final Cluster cluster;
    private final IMap<String, byte[]> records;
    private final GridCipher cipher;
    private final String userSecret;
    private final String node;
    private final Ticker ticker;
    /** When each record was read. Guarded by this object's lock. */
    private final Map<String, Long> seen = new HashMap<>();

    /** @param node id of this node */
    GridOrders(HazelcastInstance hazelcast, GridKeys keys, String node, Ticker ticker) {
        this.hazelcast = hazelcast;
        this.cluster = hazelcast.getCluster();
        this.records = hazelcast.getMap(MAP);
        this.cipher = new GridCipher(keys);
        this.userSecret = keys.current().userSecret();
        this.node = node;
        this.ticker = ticker;
    }

    @Override
    public void send(DisconnectOrder order) {
        String name =
                UUID.randomUUID() + "@" + UserHash.of(userSecret, order.user()).text();
        byte[] record = cipher.encrypt(MAP, name, plain(order));
        Grid.call(() -> {
            records.set(name, record);
            return name;
        });
        try {
            GridWakeup.hintOrder(hazelcast);
        } catch (RuntimeException e) {
            // The order is stored: the other nodes find it at their next heartbeat.
            LOG.log(Level.DEBUG, "The hint of an order is lost", e);
        }
    }

    private byte[] plain(DisconnectOrder order) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(plain)) {
            out.writeUTF(node);
            out.writeLong(cluster.getClusterTime());
            out.writeUTF(order.user().value());
            out.writeUTF(order.session().map(SessionId::value).orElse(""));
            out.writeUTF(order.client().map(ConnectionId::value).orElse(""));
            out.writeInt(order.disconnect().code());
            out.writeUTF(order.disconnect().reason());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return plain.toByteArray();
    }

    @Override
    public synchronized List<Received> fresh() {
        return Grid.call(() -> {
            Set<String> names = new HashSet<>(records.keySet());
            seen.keySet().retainAll(names);
            names.removeAll(seen.keySet());
            List<Received> fresh = new ArrayList<>();
            if (!names.isEmpty()) {
                long now = ticker.nanos();
                records.getAll(names).forEach((name, record) -> {
                    seen.put(name, now);
                    read(name, record).ifPresent(fresh::add);
                });
            }
            return fresh;
        });
    }

    /** Empty for an order of this node, and one that cannot be read. */
    private Optional<Received> read(String name, byte[] record) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(cipher.decrypt(MAP, name, record)))) {
            if (in.readUTF().equals(node)) {
                return Optional.empty();
            }
            long age = Math.max(0, cluster.getClusterTime() - in.readLong());
            DisconnectOrder order = new DisconnectOrder(
                    new UserId(in.readUTF()),
                    given(in.readUTF()).map(SessionId::new),
                    given(in.readUTF()).map(ConnectionId::new),
                    new Disconnect(in.readInt(), in.readUTF()));
            return Optional.of(new Received(order, Duration.ofMillis(age)));
        } catch (GridCipher.UnreadableException | IOException | IllegalArgumentException e) {
            LOG.log(
                    Level.WARNING,
                    "An order of another node is not carried out, because its record on the grid cannot be read: {0}",
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<String> given(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    @Override
    public void sweep() {
        List<String> old;
        synchronized (this) {
            long now = ticker.nanos();
            old = seen.entrySet().stream()
                    .filter(record -> now - record.getValue() > KEPT.toNanos())
                    .map(Map.Entry::getKey)
                    .toList();
        }
        Grid.call(() -> {
            old.forEach(records::delete);
            return old;
        });
    }
}
