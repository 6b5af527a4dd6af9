package dev.cordon.stream;

import dev.cordon.auth.Identity;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The one-time tickets by which an {@code EventSource}, which cannot send a token in a header, opens a stream. A ticket
 * has 192 random bits and opens one stream, within {@link #LIFE}, for the user of the token that it was given for, and
 * for pages of the same origin. Only hashes of tickets are in memory, and no tokens. Thread-safe.
 */
public final class StreamTickets {
    static final Duration LIFE = Duration.ofSeconds(30);

    /** Most unused tickets of one user. */
    static final int MOST_OF_A_USER = 16;

    /** Most unused tickets in all: about 2 MB. */
    static final int MOST = 4_096;

    private static final int BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Ticket> unused = new ConcurrentHashMap<>();
    private final Object issuing = new Object();
    private final Clock clock;

    public StreamTickets(Clock clock) {
        this.clock = clock;
    }

    /** @param origin of the page that asked; empty if it was no page */
    private record Ticket(Identity identity, Optional<String> origin, Instant until) {}

    /** Returns a new ticket; empty if too many are unused, of this user or in all. */
    Optional<String> issue(Identity identity, Optional<String> origin) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        synchronized (issuing) {
            removeExpired();
            if (unused.size() >= MOST || unusedOf(identity.user()) >= MOST_OF_A_USER) {
                return Optional.empty();
            }
            unused.put(
                    hash(ticket), new Ticket(identity, origin, clock.instant().plus(LIFE)));
        }
        return Optional.of(ticket);
    }

    private long unusedOf(UserId user) {
        return unused.values().stream()
                .filter(ticket -> ticket.identity().user().equals(user))
                .count();
    }

    /**
     * Uses up a ticket, also one that is rejected. Returns the identity that it was given for, once, if neither the
     * ticket nor the token has expired and the origin is the same.
     */
    Optional<Identity> redeem(String ticket, Optional<String> origin, String host) {
        Ticket known = unused.remove(hash(ticket));
        Instant now = clock.instant();
        return Optional.ofNullable(known)
                .filter(of ->
                        now.isBefore(of.until()) && now.isBefore(of.identity().expires()))
                .filter(of -> PageOrigin.same(of.origin(), origin, host))
                .map(Ticket::identity);
    }

    private void removeExpired() {
        Instant now = clock.instant();
        unused.values().removeIf(ticket -> !now.isBefore(ticket.until()));
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
