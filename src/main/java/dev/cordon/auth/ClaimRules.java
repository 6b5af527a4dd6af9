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
 * The rules for the claims of a signed token (RFC 7519 §4.1). Thread-safe.
 *
 * <p>Required claims: {@code sub}, {@code exp}, and {@code iss} and {@code aud} if configured. Optional claims:
 * {@code nbf}, {@code iat}, {@code sid}, {@code groups}. A claim of the wrong type makes the token invalid. Other
 * claims are ignored.
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

    /**
     * Checks all claims.
     *
     * @param token token with a valid signature
     * @throws InvalidTokenException if a claim breaks a rule
     */
    Identity identity(CompactToken token) {
        Claims claims = Claims.of(token);
        Instant now = clock.instant();
        Instant expires = claims.time("exp").orElseThrow(() -> Claims.rejected("exp is missing"));
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
            throw Claims.rejected("iss is not the configured issuer");
        }
    }

    private void checkAudience(Claims claims) {
        if (audience.isPresent() && !audiences(claims).contains(audience.get())) {
            throw Claims.rejected("aud does not contain the configured audience");
        }
    }

    /** Returns the audiences: one string or an array of strings (RFC 7519 §4.1.3). */
    private static List<String> audiences(Claims claims) {
        return claims.isText("aud") ? claims.text("aud").stream().toList() : claims.texts("aud");
    }

    private void checkStarted(Claims claims, String name, Instant now) {
        Optional<Instant> start = claims.time(name);
        if (start.isPresent() && start.get().isAfter(now.plus(leeway))) {
            throw Claims.rejected(name + " is in the future");
        }
    }

    private static UserId user(Claims claims) {
        String subject = claims.text("sub").orElseThrow(() -> Claims.rejected("sub is missing"));
        try {
            return new UserId(subject);
        } catch (IllegalArgumentException e) {
            throw Claims.rejected("sub names no user: " + e.getMessage());
        }
    }

    private static Optional<SessionId> session(Claims claims) {
        try {
            return claims.text("sid").map(SessionId::new);
        } catch (IllegalArgumentException e) {
            throw Claims.rejected("sid names no session: " + e.getMessage());
        }
    }
}
