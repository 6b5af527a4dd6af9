package dev.cordon.auth;

import dev.cordon.auth.InvalidTokenException.Reason;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a signed token must say (RFC 7519 §4.1) to be good now, here. Thread-safe.
 *
 * <p>Required: {@code sub}, {@code exp}, and {@code iss} and {@code aud} when configured. Optional: {@code nbf}, {@code iat},
 * {@code sid}, {@code groups}. A claim that is there must have its type; other claims are not read.
 */
final class ClaimRules {
    private final Optional<String> issuer;
    private final Optional<String> audience;
    private final Duration leeway;
    private final Clock clock;

    ClaimRules(TokenSettings settings, Clock clock) {
        this.issuer = settings.issuer();
        this.audience = settings.audience();
        this.leeway = settings.leeway();
        this.clock = clock;
    }

    /** @param token with its signature already checked */
    Identity identity(CompactToken token) {
        Claims claims = Claims.of(token);
        Instant now = clock.instant();
        Instant expires = claims.time("exp").orElseThrow(() -> Claims.refused("exp is missing"));
        checkIssuer(claims);
        checkAudience(claims);
        checkStarted(claims, "nbf", now);
        checkStarted(claims, "iat", now);
        UserId user = user(claims);
        Optional<SessionId> session = session(claims);
        Set<String> groups = Set.copyOf(claims.texts("groups"));
        if (!now.isBefore(expires.plus(leeway))) {
            throw new InvalidTokenException(Reason.EXPIRED, "the token has expired");
        }
        return new Identity(user, session, groups, expires);
    }

    private void checkIssuer(Claims claims) {
        if (issuer.isPresent() && !issuer.equals(claims.text("iss"))) {
            throw Claims.refused("iss is not the configured issuer");
        }
    }

    private void checkAudience(Claims claims) {
        if (audience.isPresent() && !audiences(claims).contains(audience.get())) {
            throw Claims.refused("aud does not contain the configured audience");
        }
    }

    /** RFC 7519 §4.1.3: one string or an array of them. */
    private static List<String> audiences(Claims claims) {
        return claims.isText("aud") ? claims.text("aud").stream().toList() : claims.texts("aud");
    }

    private void checkStarted(Claims claims, String name, Instant now) {
        Optional<Instant> start = claims.time(name);
        if (start.isPresent() && start.get().isAfter(now.plus(leeway))) {
            throw Claims.refused(name + " is in the future");
        }
    }

    private static UserId user(Claims claims) {
        String subject = claims.text("sub").orElseThrow(() -> Claims.refused("sub is missing"));
        try {
            return new UserId(subject);
        } catch (IllegalArgumentException e) {
            throw Claims.refused("sub names no user: " + e.getMessage());
        }
    }

    private static Optional<SessionId> session(Claims claims) {
        try {
            return claims.text("sid").map(SessionId::new);
        } catch (IllegalArgumentException e) {
            throw Claims.refused("sid names no session: " + e.getMessage());
        }
    }
}
