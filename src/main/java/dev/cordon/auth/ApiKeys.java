package dev.cordon.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** The API keys of back ends, stored as SHA-256 digests. Thread-safe. */
public final class ApiKeys {
    /** Shortest key, in characters. */
    public static final int MIN_LENGTH = 8;

    private final List<byte[]> digests;

    /**
     * @param setting {@code cordon.api.keys}: keys separated by commas; blanks around a key are ignored, and a blank
     *     setting means no keys
     * @throws IllegalArgumentException if a key is too short; the message names the key by its position
     */
    public ApiKeys(String setting) {
        this.digests = setting.isBlank() ? List.of() : digests(setting);
    }

    public boolean configured() {
        return !digests.isEmpty();
    }

    /** Returns true if the key is one of the configured keys. The time does not depend on which key matches. */
    public boolean accepts(String key) {
        byte[] candidate = digest(key);
        boolean accepted = false;
        for (byte[] digest : digests) {
            accepted |= MessageDigest.isEqual(digest, candidate);
        }
        return accepted;
    }

    private static List<byte[]> digests(String setting) {
        List<byte[]> digests = new ArrayList<>();
        for (String key : setting.split(",", -1)) {
            if (key.strip().length() < MIN_LENGTH) {
                throw new IllegalArgumentException("cordon.api.keys: key %d is shorter than %d characters"
                        .formatted(digests.size() + 1, MIN_LENGTH));
            }
            digests.add(digest(key.strip()));
        }
        return List.copyOf(digests);
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the Java runtime lacks SHA-256", e);
        }
    }
}
