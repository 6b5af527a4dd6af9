package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.cordon.grid.GridChannel.KeptKey;
import dev.cordon.protocol.Channel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Idempotency keys that have left their channel's record. They are written before the record is, so a key is always in
 * one of both. A record is a hash, and says nothing but an epoch's hash, an offset and a time. Thread-safe.
 */
final class GridKeyTable {
    /** Time for which a key is there longer than it counts, because it expires by the clock of whoever holds it. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(10);

    private final IMap<String, byte[]> records;
    private final GridNames names;
    private final Duration window;

    /**
     * @param prefix of the names of the log's structures
     * @param window time for which a key counts
     */
    GridKeyTable(HazelcastInstance hazelcast, String prefix, GridNames names, Duration window) {
        this.records = hazelcast.getMap(prefix + "keys");
        this.names = names;
        this.window = window;
    }

    String hash(Channel channel, String key) {
        return names.key(channel, key);
    }

    Duration window() {
        return window;
    }

    /** The keys of a channel's present life that are there and count. */
    Optional<KeptKey> find(GridChannel channel, String hash, long now) {
        if (channel.lastKeyOutside <= now - window.toMillis()) {
            return Optional.empty();
        }
        byte @Nullable [] record = Grid.<Optional<byte[]>>call(() -> Optional.ofNullable(records.get(hash)))
                .orElse(null);
        if (record == null) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(record);
        boolean ofThisLife = in.getInt() == channel.epoch.hashCode();
        KeptKey key = new KeptKey(hash, in.getLong(), in.getLong());
        return ofThisLife && key.time() > now - window.toMillis() ? Optional.of(key) : Optional.empty();
    }

    /**
     * Moves the oldest keys out of a channel's record if it has too many, and drops those that count no more.
     *
     * @param upto offset up to which the channel is confirmed: a key of a publication that may be lost stays with it
     */
    void spill(GridChannel channel, long upto, long now) {
        channel.keys.removeIf(key -> key.time() <= now - window.toMillis());
        if (channel.keys.size() <= GridChannel.MAX_KEYS) {
            return;
        }
        List<KeptKey> oldest = channel.keys.stream()
                .limit(channel.keys.size() - GridChannel.MAX_KEYS / 2)
                .filter(key -> key.offset() <= upto)
                .toList();
        List<CompletionStage<Void>> written = oldest.stream()
                .map(key -> Grid.call(() -> records.setAsync(
                        key.hash(),
                        ByteBuffer.allocate(Integer.BYTES + 2 * Long.BYTES)
                                .putInt(channel.epoch.hashCode())
                                .putLong(key.offset())
                                .putLong(key.time())
                                .array(),
                        window.plus(CLOCKS_APART).toMillis(),
                        TimeUnit.MILLISECONDS)))
                .toList();
        for (CompletionStage<Void> each : written) {
            Grid.<Optional<Void>>call(() -> Optional.ofNullable(GridChannels.joined(each)));
        }
        oldest.forEach(key -> channel.lastKeyOutside = Math.max(channel.lastKeyOutside, key.time()));
        channel.keys.removeAll(oldest);
    }
}
