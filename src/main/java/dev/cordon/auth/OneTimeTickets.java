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
 * A store of one-time tickets, by which this process recognises its own handshakes. A ticket has 256 random bits and is
 * valid once, within {@link #LIFE}. The store keeps only hashes, in memory. A ticket identifies no user; the token of
 * the connect command does. At most {@link #MOST} tickets are valid at a time. Thread-safe.
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

    /** @throws IllegalStateException if too many tickets are valid */
    public String issue() {
        Instant now = clock.instant();
        out.values().removeIf(until -> !now.isBefore(until));
        if (out.size() >= MOST) {
            throw new IllegalStateException("too many tickets are unused");
        }
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        out.put(hash(ticket), now.plus(LIFE));
        return ticket;
    }

    /** Uses up a ticket. Returns true once for each issued ticket that has not expired. */
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
