package dev.cordon.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tickets by which this process knows its own handshakes: 256 random bits, good once within {@link #LIFE}, kept as hashes and nowhere
 * but in its memory. A ticket names nobody; the token that follows does. At most {@link #MOST} are out at a time. Thread-safe.
 */
public final class OneTimeTickets {
    static final Duration LIFE = Duration.ofSeconds(30);
    static final int MOST = 16;
    private static final int BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> out = new ConcurrentHashMap<>();
    private final Clock clock;

    public OneTimeTickets(Clock clock) {
        this.clock = clock;
    }

    /** @throws IllegalStateException if too many are out */
    public String issue() {
        Instant now = clock.instant();
        out.values().removeIf(until -> !now.isBefore(until));
        if (out.size() >= MOST) {
            throw new IllegalStateException("too many tickets are out");
        }
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        out.put(hash(ticket), now.plus(LIFE));
        return ticket;
    }

    /** True once for a ticket given out and not too old. */
    public boolean redeem(String ticket) {
        Instant until = out.remove(hash(ticket));
        return until != null && clock.instant().isBefore(until);
    }

    private static String hash(String ticket) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
