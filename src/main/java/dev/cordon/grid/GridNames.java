package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import dev.cordon.cluster.UserHash;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The names of the log's records on the grid. A name is a keyed hash of 128 bits, and ends with {@code @} and a hash of
 * the user. That end alone decides the partition, so all records of a user are in one. The secret of the hashes is on the
 * grid, encrypted, and in each node's memory. So a change of {@code cordon.grid.key} leaves all names as they are.
 * Thread-safe.
 */
final class GridNames implements AutoCloseable {
    private static final String NAME = "names";
    private static final int BYTES = 32;
    private static final int NAME_BYTES = 16;

    private final HazelcastInstance hazelcast;
    private final IMap<String, byte[]> map;
    private final GridCipher cipher;
    private final UUID listener;
    /** What this node puts on the grid where there is no secret: the one that it knows. */
    private byte[] mine = new byte[BYTES];

    private volatile byte @Nullable [] secret;

    /** @param prefix of the names of the log's structures */
    GridNames(HazelcastInstance hazelcast, String prefix, GridCipher cipher) {
        this.hazelcast = hazelcast;
        this.map = hazelcast.getMap(prefix + "secret");
        this.cipher = cipher;
        new SecureRandom().nextBytes(mine);
        // The other part of a split grid may have another one.
        this.listener = hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                secret = null;
            }
        });
    }

    /** Name of a channel's record. */
    String channel(Channel channel) {
        return named("channel", channel.name(), channel.owner());
    }

    /** Name of a user's record. */
    String user(UserId user) {
        return named("user", user.value(), user);
    }

    /** Name of a group's record. It is in a partition of its own. */
    String group(GroupName group) {
        return hash(secret(), "group", group.value());
    }

    /** Name of a segment of a channel. */
    String segment(String channel, long segment) {
        int at = channel.indexOf('@');
        return channel.substring(0, at) + '.' + Long.toHexString(segment) + channel.substring(at);
    }

    /** Name of an idempotency key of a channel. */
    String key(Channel channel, String key) {
        return named("key", channel.name() + '\n' + key, channel.owner());
    }

    /** The part of a name that decides its partition. */
    String tag(UserId user) {
        return tag(secret(), user);
    }

    /** Both parts by one secret: it may change at any time. */
    private String named(String kind, String text, UserId user) {
        byte[] by = secret();
        return hash(by, kind, text) + tag(by, user);
    }

    private static String tag(byte[] by, UserId user) {
        return '@' + UserHash.of(Base64.getEncoder().encodeToString(by), user).text();
    }

    private static String hash(byte[] by, String kind, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(by, "HmacSHA256"));
            mac.update(kind.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            byte[] hash = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, NAME_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private byte[] secret() {
        byte[] known = secret;
        return known == null ? read() : known;
    }

    private synchronized byte[] read() {
        byte[] known = secret;
        if (known != null) {
            return known;
        }
        byte[] record = cipher.encrypt(map.getName(), NAME, mine);
        byte[] stored = Grid.call(() -> map.putIfAbsent(NAME, record));
        return adopted(stored == null ? mine : decrypted(stored));
    }

    private byte[] adopted(byte[] found) {
        mine = found;
        secret = found;
        return found;
    }

    private byte[] decrypted(byte[] record) {
        try {
            return cipher.decrypt(map.getName(), NAME, record);
        } catch (GridCipher.UnreadableException e) {
            throw new LogUnavailableException("the log on the grid cannot be read: " + e.getMessage()
                    + "; give all nodes the same cordon.grid.key");
        }
    }

    /**
     * Puts the secret back if the grid has lost it, and encrypts it with the present key if it is not. If another node has
     * put one of its own there meanwhile, takes that: what is found by it is another life, in other epochs.
     *
     * @throws LogUnavailableException if the grid cannot be reached
     */
    synchronized void renew() {
        byte[] known = secret();
        byte[] stored = Grid.call(() -> map.putIfAbsent(NAME, cipher.encrypt(map.getName(), NAME, known)));
        if (stored == null) {
            return;
        }
        byte[] found = decrypted(stored);
        if (!Arrays.equals(found, known)) {
            adopted(found);
        }
        if (!cipher.current(stored)) {
            Grid.call(() -> map.replace(NAME, stored, cipher.encrypt(map.getName(), NAME, found)));
        }
    }

    /** Ends the listening for a split that has healed. */
    @Override
    public void close() {
        Grid.unlisten(() -> hazelcast.getLifecycleService().removeLifecycleListener(listener));
    }

    /** A random number that is not 0. */
    static long random(SecureRandom random) {
        long drawn = random.nextLong();
        return drawn == 0 ? 1 : drawn;
    }
}
