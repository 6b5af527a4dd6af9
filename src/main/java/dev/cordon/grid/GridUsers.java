package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.UserId;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records of users of the log on the grid: seeds of epochs, and quotas. A quota is written before the channel that
 * needs it. What a node that died in between has left there too much, a sweep removes. Thread-safe.
 */
final class GridUsers {
    private static final int PAGE = 256;

    private final IMap<String, byte[]> records;
    private final GridNames names;
    private final GridCipher cipher;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** @param prefix of the names of the log's structures */
    GridUsers(HazelcastInstance hazelcast, String prefix, GridNames names, GridCipher cipher, Clock clock) {
        this.records = hazelcast.getMap(prefix + "users");
        this.names = names;
        this.cipher = cipher;
        this.clock = clock;
    }

    /** What the log knows of a user. It begins to know the user. */
    GridUser find(UserId user) {
        return change(names.user(user), known -> false);
    }

    /**
     * Takes a place for a channel that only readers know.
     *
     * @return the user's record; the channel is among its unpublished ones if there was room
     */
    GridUser enter(Channel channel) {
        String name = names.channel(channel);
        return change(
                names.user(channel.owner()),
                user -> user.unpublished.size() < UserLog.MAX_UNPUBLISHED_A_USER && user.unpublished.add(name));
    }

    /** Gives the place back: something was published. */
    void published(Channel channel) {
        String name = names.channel(channel);
        change(names.user(channel.owner()), user -> user.unpublished.remove(name));
    }

    /**
     * Takes places for the positions of a channel.
     *
     * @param count of all positions of the channel
     * @return false if there is no room for as many
     */
    boolean keep(Channel channel, int count) {
        String name = names.channel(channel);
        boolean[] room = new boolean[1];
        change(names.user(channel.owner()), user -> {
            room[0] = user.positionsBeside(name) + count <= UserLog.MAX_POSITIONS_A_USER;
            return room[0] && set(user, name, count);
        });
        return room[0];
    }

    /** Says how many positions a channel has. */
    void kept(Channel channel, int count) {
        String name = names.channel(channel);
        change(names.user(channel.owner()), user -> set(user, name, count));
    }

    private static boolean set(GridUser user, String channel, int count) {
        if (user.positions.getOrDefault(channel, 0) == count) {
            return false;
        }
        user.keeps(channel, count);
        return true;
    }

    /**
     * Prepares to forget a channel: gives its places back, and, if it had publications, draws another seed, so that its
     * successor has another epoch.
     */
    void leave(GridChannel channel) {
        String name = names.channel(channel.channel);
        String of = names.user(channel.channel.owner());
        while (true) {
            Read read = read(of);
            // Even if the seed is another one already: whoever drew that may have no backup of it.
            boolean spent = channel.top > 0;
            boolean entered = read.user().unpublished.remove(name);
            boolean counted = read.user().positions.remove(name) != null || entered;
            if ((!spent && !counted) || swap(of, read, read.user().with(spent ? seed() : read.user().seed, now()))) {
                return;
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Read(byte[] record, GridUser user) {}

    /** @param change changes a copy, and says whether it did */
    private GridUser change(String name, Predicate<GridUser> change) {
        while (true) {
            Read read = read(name);
            if (!change.test(read.user())) {
                return read.user();
            }
            GridUser changed = read.user().with(read.user().seed, now());
            if (swap(name, read, changed)) {
                return changed;
            }
        }
    }

    private Read read(String name) {
        byte @Nullable [] record = Grid.<Optional<byte[]>>call(() -> Optional.ofNullable(records.get(name)))
                .orElse(null);
        if (record == null) {
            GridUser made = new GridUser(seed(), now());
            byte[] mine = encrypted(name, made);
            byte @Nullable [] first = Grid.<Optional<byte[]>>call(
                            () -> Optional.ofNullable(records.putIfAbsent(name, mine)))
                    .orElse(null);
            record = first == null ? mine : first;
        }
        return new Read(record, decode(name, record));
    }

    private GridUser decode(String name, byte[] record) {
        try {
            return GridUser.decode(cipher.decrypt(records.getName(), name, record));
        } catch (GridCipher.UnreadableException e) {
            throw new LogUnavailableException("a user's record on the grid cannot be read: " + e.getMessage());
        }
    }

    private byte[] encrypted(String name, GridUser user) {
        return cipher.encrypt(records.getName(), name, user.encode());
    }

    private boolean swap(String name, Read before, GridUser after) {
        return Grid.call(() -> records.replace(name, before.record(), encrypted(name, after)));
    }

    private byte[] seed() {
        byte[] seed = new byte[GridUser.SEED_BYTES];
        random.nextBytes(seed);
        return seed;
    }

    private long now() {
        return clock.millis();
    }

    /**
     * Removes what counts for channels that are not there, and users of whom nothing was heard.
     *
     * @param quietSince users of whom nothing is known, and whose record has not changed since, are forgotten
     */
    void sweep(GridChannels channels, long quietSince) {
        Iterator<Map.Entry<String, byte[]>> all = Grid.call(() -> records.iterator(PAGE));
        while (Grid.call(all::hasNext)) {
            Map.Entry<String, byte[]> entry = Grid.call(all::next);
            Read read = new Read(entry.getValue(), decode(entry.getKey(), entry.getValue()));
            GridUser user = read.user();
            Set<String> counted = new HashSet<>(user.unpublished);
            counted.addAll(user.positions.keySet());
            if (counted.isEmpty()) {
                if (user.changed <= quietSince) {
                    Grid.call(() -> records.remove(entry.getKey(), entry.getValue()));
                } else if (!cipher.current(entry.getValue())) {
                    swap(entry.getKey(), read, user.with(user.seed, user.changed));
                }
                continue;
            }
            Map<String, GridChannel> known = channels.known(counted);
            boolean changed = user.unpublished.removeIf(name -> !entered(known.get(name)));
            changed |= user.positions.keySet().removeIf(name -> !known.containsKey(name));
            changed |= !cipher.current(entry.getValue());
            if (changed) {
                swap(entry.getKey(), read, user.with(user.seed, user.changed));
            }
        }
    }

    private static boolean entered(@Nullable GridChannel channel) {
        return channel != null && channel.entered;
    }
}
