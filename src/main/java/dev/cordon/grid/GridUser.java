package dev.cordon.grid;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the log on the grid knows of a user beside the user's channels: the seed of the epochs of channels that begin
 * now, and what counts against the user's quotas. The record is in the partition of the user's channels: a partition
 * that is lost takes the seed with it, so no later channel has an epoch of an earlier one. Not thread-safe: each reader
 * has a copy.
 */
final class GridUser {
    static final int SEED_BYTES = 16;

    private static final byte FORM = 1;
    /** Bytes of an epoch: 96 bits that nobody can guess, in 16 characters. */
    private static final int EPOCH_BYTES = 12;

    final byte[] seed;
    /** Time of the last change. */
    final long changed;
    /** Names of channels that only readers know. */
    final Set<String> unpublished = new LinkedHashSet<>();
    /** Number of positions, by the channel's name. */
    final Map<String, Integer> positions = new HashMap<>();

    GridUser(byte[] seed, long changed) {
        this.seed = seed;
        this.changed = changed;
    }

    /** A copy with another seed or time. */
    GridUser with(byte[] otherSeed, long now) {
        GridUser copy = new GridUser(otherSeed, now);
        copy.unpublished.addAll(unpublished);
        copy.positions.putAll(positions);
        return copy;
    }

    /** The epoch of a channel whose life begins now. */
    String epochOf(String channel) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(seed);
            byte[] hash = sha.digest(channel.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hash, EPOCH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Positions in all channels but one. */
    int positionsBeside(String channel) {
        return positions.entrySet().stream()
                .filter(each -> !each.getKey().equals(channel))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    void keeps(String channel, int count) {
        if (count == 0) {
            positions.remove(channel);
        } else {
            positions.put(channel, count);
        }
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORM);
            out.write(seed);
            out.writeLong(changed);
            out.writeInt(unpublished.size());
            for (String channel : unpublished) {
                out.writeUTF(channel);
            }
            out.writeInt(positions.size());
            for (Map.Entry<String, Integer> each : positions.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeInt(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws GridCipher.UnreadableException if it has a form that this version does not know */
    static GridUser decode(byte[] record) throws GridCipher.UnreadableException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            if (in.readByte() != FORM) {
                throw new GridCipher.UnreadableException("it has a form that this version does not know");
            }
            GridUser user = new GridUser(in.readNBytes(SEED_BYTES), in.readLong());
            for (int left = in.readInt(); left > 0; left--) {
                user.unpublished.add(in.readUTF());
            }
            for (int left = in.readInt(); left > 0; left--) {
                user.positions.put(in.readUTF(), in.readInt());
            }
            return user;
        } catch (IOException e) {
            throw new GridCipher.UnreadableException("it is damaged");
        }
    }
}
