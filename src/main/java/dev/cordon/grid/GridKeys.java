package dev.cordon.grid;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of the grid, the same on every node: one that encrypts, and perhaps a second one that is only accepted, so
 * that nodes can change keys one after the other. Immutable; its text shows no key.
 */
public final class GridKeys {
    /** Bytes of a key. */
    public static final int BYTES = 32;

    /** The key of development mode when none is set. Everybody knows it. */
    private static final String DEVELOPMENT = "cordon's key for development";

    private final List<Key> keys;

    /** @param keys the one that encrypts, then those that are only accepted */
    private GridKeys(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * A key.
     *
     * @param id the first 32 bits of a hash of the key: says with which key a record was encrypted
     * @param userSecret the secret of the hashes of users
     */
    record Key(int id, SecretKey secret, String userSecret) {
        private static Key of(byte[] bytes) {
            return new Key(
                    ByteBuffer.wrap(hmac(bytes, "cordon grid key id")).getInt(),
                    new SecretKeySpec(hmac(bytes, "cordon grid records"), "AES"),
                    Base64.getEncoder().encodeToString(hmac(bytes, "cordon grid users")));
        }

        /** The key of the records of one name. */
        SecretKey secretOf(String structure, String name) {
            return new SecretKeySpec(hmac(secret.getEncoded(), structure + '\0' + name), "AES");
        }

        private static byte[] hmac(byte[] key, String purpose) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has HmacSHA256", e);
            }
        }

        @Override
        public String toString() {
            return "key " + Integer.toHexString(id);
        }
    }

    /**
     * @param second a key that is accepted, and encrypts nothing
     * @throws IllegalArgumentException if a key is not {@link #BYTES} bytes in base64; the message shows no key
     */
    public static GridKeys of(String key, Optional<String> second) {
        List<Key> keys = new ArrayList<>();
        keys.add(Key.of(bytes("cordon.grid.key", key)));
        second.ifPresent(text -> keys.add(Key.of(bytes("cordon.grid.second-key", text))));
        return new GridKeys(keys);
    }

    /** For development mode alone: everybody knows this key. */
    public static GridKeys ofDevelopment() {
        return new GridKeys(List.of(Key.of(sha256(DEVELOPMENT))));
    }

    private static byte[] bytes(String setting, String text) {
        byte[] bytes = decoded(text);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(setting + " must be " + BYTES
                    + " bytes in base64, as openssl rand -base64 " + BYTES + " prints them");
        }
        return bytes;
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The key that encrypts. */
    Key current() {
        return keys.get(0);
    }

    /** The key that encrypts, and those that are only accepted. */
    List<Key> all() {
        return keys;
    }

    Optional<Key> byId(int id) {
        return keys.stream().filter(key -> key.id() == id).findFirst();
    }

    @Override
    public String toString() {
        return "keys " + keys;
    }
}
