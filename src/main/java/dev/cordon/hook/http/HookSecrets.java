package dev.cordon.hook.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The secrets that sign what is posted to the back end: one, and a second one while they are changed. Each request has a
 * signature by each of them, so that nodes and back ends may change secrets in any order. Immutable; its text shows no
 * secret.
 */
public final class HookSecrets {
    /** Shortest secret, in bytes as UTF-8: the size of a SHA-256. */
    public static final int MIN_BYTES = 32;

    private final List<byte[]> secrets;

    private HookSecrets(List<byte[]> secrets) {
        this.secrets = secrets;
    }

    /**
     * @param secret {@code cordon.hook.secret}
     * @param second {@code cordon.hook.second-secret}
     * @throws IllegalArgumentException if a secret is too short; the message is one line and quotes none
     */
    public static HookSecrets of(String secret, Optional<String> second) {
        List<byte[]> all = new ArrayList<>();
        all.add(checked("cordon.hook.secret", secret));
        second.ifPresent(text -> all.add(checked("cordon.hook.second-secret", text)));
        return new HookSecrets(List.copyOf(all));
    }

    private static byte[] checked(String setting, String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "%s has %d bytes but must have at least %d: openssl rand -base64 32 makes one"
                            .formatted(setting, bytes.length, MIN_BYTES));
        }
        return bytes;
    }

    /** The bytes of each secret. Callers must not change the arrays. */
    List<byte[]> bytes() {
        return secrets;
    }

    @Override
    public String toString() {
        return "HookSecrets[" + secrets.size() + "]";
    }
}
