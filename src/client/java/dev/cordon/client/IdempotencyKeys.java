package dev.cordon.client;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A source of idempotency keys: 16 random characters of the client's own, and a number. Nobody else makes the same key.
 * Thread-safe.
 */
final class IdempotencyKeys {
    private static final int RANDOM_BYTES = 12;
    private static final int RADIX = 36;

    private final String prefix;
    private final AtomicLong number = new AtomicLong();

    IdempotencyKeys() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        prefix = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "-";
    }

    String next() {
        return prefix + Long.toString(number.getAndIncrement(), RADIX);
    }
}
