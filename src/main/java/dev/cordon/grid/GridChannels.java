package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The records of channels on the grid. A change replaces the record that it was made of, or fails. It is done once its
 * backup has it: a change whose outcome is not known is looked for, by its random id, and written once more.
 *
 * <p>A reader may see a record that has no backup yet, and that is lost with the member that has it. So beside each
 * record stands up to which offset the channel is confirmed, and readers see no more. That entry needs no backup:
 * where it is missing, the reader confirms the record itself, by writing it once more. Thread-safe.
 */
final class GridChannels {
    /** Time after which a change is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Time for which a segment outlives its publications, because it expires by the clock of whoever holds it. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(15);

    private static final int PAGE = 256;

    /** Most records that are remembered, and the largest of them, in bytes: with {@code history.size} 256 one has 7 KiB. */
    private static final int RECENT = 1_024;

    private static final int RECENT_BYTES = 16 * 1024;

    private static final System.Logger LOG = System.getLogger(GridChannels.class.getName());
    private static final RateLimitedLog TOLD = new RateLimitedLog(LOG);

    private final IMap<String, byte[]> records;
    private final IMap<String, byte[]> segments;
    private final IMap<String, byte[]> confirmed;
    private final GridNames names;
    private final GridCipher cipher;
    private final SecureRandom random = new SecureRandom();
    private final RecentRecords recent = new RecentRecords(RECENT);

    /** @param prefix of the names of the log's structures */
    GridChannels(HazelcastInstance hazelcast, String prefix, GridNames names, GridCipher cipher) {
        this.records = hazelcast.getMap(prefix + "channels");
        this.segments = hazelcast.getMap(prefix + "segments");
        this.confirmed = hazelcast.getMap(prefix + "confirmed");
        this.names = names;
        this.cipher = cipher;
    }

    /**
     * A channel as it was read.
     *
     * @param name of its record
     * @param record the record, to be replaced
     * @param channel a copy that may be changed
     * @param upto offset up to which it is confirmed; negative if that is not known
     * @param mark the confirmation as it was read
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Found(String name, byte[] record, GridChannel channel, long upto, byte @Nullable [] mark) {}

    Optional<Found> find(Channel channel) {
        return find(List.of(channel)).get(0);
    }

    /**
     * A channel as this node has last written it, without asking the grid: what is made of it is stored if nobody has
     * changed it since. Empty if that is not remembered.
     */
    Optional<Found> recent(Channel channel) {
        String name = names.channel(channel);
        return recent.get(name)
                .flatMap(each -> found(name, each.record(), each.mark()))
                .filter(new IsOf(channel)::test);
    }

    /** Reads channels, all at once. */
    List<Optional<Found>> find(List<Channel> channels) {
        return Grid.call(() -> {
            List<String> all = channels.stream().map(names::channel).toList();
            List<CompletionStage<byte[]>> marks = new ArrayList<>();
            List<CompletionStage<byte[]>> found = new ArrayList<>();
            for (String name : all) {
                marks.add(confirmed.getAsync(name));
                found.add(records.getAsync(name));
            }
            List<Optional<Found>> results = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                byte @Nullable [] mark = joined(marks.get(i));
                byte @Nullable [] record = joined(found.get(i));
                results.add(found(all.get(i), record, mark).filter(new IsOf(channels.get(i))::test));
            }
            return results;
        });
    }

    /** Two users may not share a name, but a record says whose it is. */
    private record IsOf(Channel channel) {
        boolean test(Found found) {
            return found.channel().channel.equals(channel);
        }
    }

    static <T> @Nullable T joined(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private Optional<Found> found(String name, byte @Nullable [] record, byte @Nullable [] mark) {
        if (record == null) {
            return Optional.empty();
        }
        GridChannel of = decode(name, record);
        return Optional.of(new Found(name, record, of, upto(of, mark), mark));
    }

    private GridChannel decode(String name, byte[] record) {
        try {
            return GridChannelCodec.decode(cipher.decrypt(records.getName(), name, record));
        } catch (GridCipher.UnreadableException e) {
            throw new LogUnavailableException("a channel on the grid cannot be read: " + e.getMessage());
        }
    }

    private static long upto(GridChannel channel, byte @Nullable [] mark) {
        if (channel.top == 0) {
            return 0;
        }
        if (mark == null || !Arrays.equals(Arrays.copyOf(mark, Long.BYTES), epochMark(channel.epoch))) {
            return -1;
        }
        return Math.min(channel.top, ByteBuffer.wrap(mark).getLong(Long.BYTES));
    }

    private static byte[] epochMark(String epoch) {
        return Arrays.copyOf(epoch.getBytes(StandardCharsets.UTF_8), Long.BYTES);
    }

    /** Confirms a channel of which that is not known. Empty when it has changed meanwhile: read it again. */
    Optional<Found> confirm(Found found) {
        if (found.upto() >= 0) {
            return Optional.of(found);
        }
        // Read again: its record is another now.
        return replace(found, found.channel())
                ? find(found.channel().channel).filter(now -> now.upto() >= 0)
                : Optional.empty();
    }

    /** A channel with what is confirmed of it. Empty if it is not known. */
    Optional<Found> confirmed(Channel channel) {
        Optional<Found> found = find(channel);
        Optional<Found> confirmed = found.flatMap(this::confirm);
        while (found.isPresent() && confirmed.isEmpty()) {
            found = find(channel);
            confirmed = found.flatMap(this::confirm);
        }
        return confirmed;
    }

    /** Stores a channel that is not known. Returns false if it is known meanwhile. */
    boolean create(GridChannel channel, Duration kept) {
        return change(names.channel(channel.channel), null, channel, 0, null, kept);
    }

    /** As {@link #replace(Found, GridChannel, long, Duration)}, for a change that adds no publication. */
    boolean replace(Found before, GridChannel after) {
        return change(before.name(), before.record(), after, after.top, before.mark(), Duration.ZERO);
    }

    /**
     * Replaces a channel's record. Returns false if it was changed meanwhile.
     *
     * @param topBefore the channel's top before the change
     * @param kept time for which publications are kept; zero for a change that adds none
     * @throws LogUnavailableException if it may not have been replaced
     */
    boolean replace(Found before, GridChannel after, long topBefore, Duration kept) {
        return change(before.name(), before.record(), after, topBefore, before.mark(), kept);
    }

    private boolean change(
            String name,
            byte @Nullable [] before,
            GridChannel after,
            long topBefore,
            byte @Nullable [] mark,
            Duration kept) {
        Optional<GridChannel> as = Optional.ofNullable(before).map(record -> decode(name, record));
        Set<Long> segmentsBefore = as.map(GridChannel::segments).orElse(Set.of());
        long lastChange = as.map(GridChannel::lastChange).orElse(0L);
        return Grid.call(() -> {
            long spilled = !kept.isZero() && after.overflows() ? GridNames.random(random) : GridChannel.INLINE;
            if (spilled != GridChannel.INLINE) {
                String segment = names.segment(name, spilled);
                byte[] payloads = GridChannelCodec.segment(after.spill(spilled));
                segments.set(
                        segment,
                        cipher.encrypt(segments.getName(), segment, payloads),
                        kept.plus(CLOCKS_APART).toMillis(),
                        TimeUnit.MILLISECONDS);
            }
            long id = GridNames.random(random);
            after.changed(id, topBefore);
            Optional<byte[]> stored = swap(name, before, after, id, lastChange);
            if (stored.isEmpty()) {
                recent.forget(name);
                if (spilled != GridChannel.INLINE) {
                    segments.removeAsync(names.segment(name, spilled));
                }
                return false;
            }
            byte @Nullable [] confirmation = mark(name, after, mark);
            if (stored.get().length <= RECENT_BYTES) {
                recent.wrote(name, before, stored.get(), confirmation);
            } else {
                recent.forget(name);
            }
            Set<Long> gone = new HashSet<>(segmentsBefore);
            gone.removeAll(after.segments());
            gone.forEach(segment -> segments.removeAsync(names.segment(name, segment)));
            return true;
        });
    }

    /**
     * @param lastChange id of the last change of the record that is replaced; 0 for none
     * @return the record that is there now; empty if another change came first
     */
    private Optional<byte[]> swap(String name, byte @Nullable [] first, GridChannel after, long id, long lastChange) {
        byte @Nullable [] before = first;
        GridChannel now = after;
        boolean unknown = false;
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            byte[] record = cipher.encrypt(records.getName(), name, GridChannelCodec.encode(now));
            try {
                if (before == null
                        ? records.putIfAbsent(name, record) == null
                        : records.replace(name, before, record)) {
                    return Optional.of(record);
                }
            } catch (IndeterminateOperationStateException | OperationTimeoutException e) {
                LOG.log(Level.DEBUG, "It is not known whether a channel was changed", e);
                unknown = true;
            }
            if (System.nanoTime() - until > 0) {
                throw new LogUnavailableException("the data grid does not say whether it has stored a publication");
            }
            byte @Nullable [] there = records.get(name);
            if (there == null ? before == null : Arrays.equals(there, before)) {
                // Not carried out.
                continue;
            }
            if (there == null) {
                return Optional.empty();
            }
            GridChannel found = decode(name, there);
            if (!found.hasChange(id)) {
                if (unknown && !found.tellsSince(lastChange)) {
                    throw new LogUnavailableException("it is not known whether a publication is stored");
                }
                return Optional.empty();
            }
            // Carried out, but perhaps without a backup: once more.
            before = there;
            now = found;
        }
    }

    /** Returns the confirmation that is there now, if any is needed. */
    private byte @Nullable [] mark(String name, GridChannel channel, byte @Nullable [] known) {
        if (channel.top == 0) {
            return known;
        }
        byte[] mine = ByteBuffer.allocate(2 * Long.BYTES)
                .put(epochMark(channel.epoch))
                .putLong(channel.top)
                .array();
        byte @Nullable [] there = known;
        while (there == null || upto(channel, there) < channel.top) {
            if (there == null ? confirmed.putIfAbsent(name, mine) == null : confirmed.replace(name, there, mine)) {
                return mine;
            }
            there = confirmed.get(name);
        }
        return there;
    }

    /** Removes a channel. Returns false if it was changed meanwhile. */
    boolean remove(Found found) {
        return Grid.call(() -> {
            recent.forget(found.name());
            if (!records.remove(found.name(), found.record())) {
                return false;
            }
            confirmed.removeAsync(found.name());
            found.channel().segments().forEach(each -> segments.removeAsync(names.segment(found.name(), each)));
            return true;
        });
    }

    /**
     * The payloads of a range of publications: only those behind the last one that is gone, dropped meanwhile or with a
     * segment whose life has ended.
     *
     * @param from offset of the first
     */
    List<byte[]> payloads(Found found, long from, int count) {
        Map<Long, CompletionStage<byte[]>> asked = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            long segment = found.channel().at(from + i).segment();
            if (segment != GridChannel.INLINE && !asked.containsKey(segment)) {
                asked.put(segment, Grid.call(() -> segments.getAsync(names.segment(found.name(), segment))));
            }
        }
        Map<Long, byte[]> outside = new HashMap<>();
        for (Map.Entry<Long, CompletionStage<byte[]>> each : asked.entrySet()) {
            byte @Nullable [] record = Grid.<Optional<byte[]>>call(() -> Optional.ofNullable(joined(each.getValue())))
                    .orElse(null);
            if (record != null) {
                outside.putAll(segment(names.segment(found.name(), each.getKey()), record));
            }
        }
        List<byte[]> payloads = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte @Nullable [] inside = found.channel().at(from + i).payload();
            byte @Nullable [] payload = inside == null ? outside.get(from + i) : inside;
            if (payload == null) {
                payloads.clear();
            } else {
                payloads.add(payload);
            }
        }
        return payloads;
    }

    private Map<Long, byte[]> segment(String name, byte[] record) {
        try {
            return GridChannelCodec.payloads(cipher.decrypt(segments.getName(), name, record));
        } catch (GridCipher.UnreadableException e) {
            LOG.log(Level.WARNING, "Publications on the grid cannot be read: {0}", e.getMessage());
            return Map.of();
        }
    }

    /**
     * All channels that can be read, in pages. What changes meanwhile may be seen or not. One that cannot be read keeps
     * nobody from the others: the log has a line for it.
     */
    Iterable<Found> all() {
        return () -> new Iterator<>() {
            private final Iterator<Map.Entry<String, byte[]>> entries = Grid.call(() -> records.iterator(PAGE));
            private Optional<Found> next = Optional.empty();

            @Override
            public boolean hasNext() {
                while (next.isEmpty() && Grid.call(entries::hasNext)) {
                    Map.Entry<String, byte[]> entry = Grid.call(entries::next);
                    next = readable(entry.getKey(), entry.getValue());
                }
                return next.isPresent();
            }

            @Override
            public Found next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Found found = next.orElseThrow();
                next = Optional.empty();
                return found;
            }
        };
    }

    private Optional<Found> readable(String name, byte[] record) {
        try {
            return found(name, record, null);
        } catch (LogUnavailableException e) {
            TOLD.warn("unreadable", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** The channels of a user. It looks at all records of a partition: not for the message path. */
    List<GridChannel> of(UserId user) {
        String tag = names.tag(user);
        return Grid.call(() -> {
            List<GridChannel> own = new ArrayList<>();
            records.entrySet(Predicates.partitionPredicate(
                            names.user(user), Predicates.like("__key", "%" + tag.replace("_", "\\_"))))
                    .forEach(each -> own.add(decode(each.getKey(), each.getValue())));
            own.removeIf(channel -> !channel.channel.owner().equals(user));
            return own;
        });
    }

    /** Whether channels are known, by the names of their records. */
    Map<String, GridChannel> known(Set<String> channels) {
        return Grid.call(() -> {
            Map<String, GridChannel> known = new HashMap<>();
            records.getAll(channels).forEach((name, record) -> known.put(name, decode(name, record)));
            return known;
        });
    }

    /** Whether a record was encrypted with a former key. */
    boolean former(Found found) {
        return !cipher.current(found.record());
    }
}
