package dev.cordon.cluster;

import dev.cordon.protocol.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The name of a user on the way between nodes: 48 bits of a hash of a secret and the user's id. If two users share a
 * hash, both are woken.
 *
 * @param bits the hash, from 0 to 2<sup>48</sup> - 1
 */
public record UserHash(long bits) {
    /** Characters of {@link #text}. */
    public static final int LENGTH = 8;

    /** Bytes of {@link #write}. */
    public static final int BYTES = 6;

    /** @param secret known to the nodes of the cluster only, so that nobody else can tell users by their hashes */
    public static UserHash of(String secret, UserId user) {
        MessageDigest sha = sha256();
        sha.update(secret.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
        byte[] digest = sha.digest(user.value().getBytes(StandardCharsets.UTF_8));
        return new UserHash(ByteBuffer.wrap(digest).getLong() >>> (Long.SIZE - BYTES * Byte.SIZE));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** {@link #LENGTH} characters of base64url. */
    public String text() {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(bits).array();
        byte[] last = new byte[BYTES];
        System.arraycopy(bytes, Long.BYTES - BYTES, last, 0, BYTES);
        return Base64.getUrlEncoder().encodeToString(last);
    }

    /** Appends {@link #BYTES} bytes. */
    public void write(ByteBuffer to) {
        to.putShort((short) (bits >>> Integer.SIZE)).putInt((int) bits);
    }

    /** Reads what {@link #write} has appended. */
    public static UserHash read(ByteBuffer from) {
        return new UserHash(((from.getShort() & 0xffffL) << Integer.SIZE) | (from.getInt() & 0xffff_ffffL));
    }

    /** @throws IllegalArgumentException if this is no {@link #text} */
    public static UserHash parse(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("not a user's hash");
        }
        ByteBuffer all = ByteBuffer.allocate(Long.BYTES).putShort((short) 0).put(bytes);
        return new UserHash(all.flip().getLong());
    }
}
