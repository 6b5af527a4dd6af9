package dev.cordon.auth;

import com.nimbusds.jose.JWSAlgorithm;
import dev.cordon.auth.InvalidTokenException.Reason;
import dev.cordon.protocol.RateLimitedLog;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The one place where a token becomes an {@link Identity}. Thread-safe.
 *
 * <p>The header says which algorithm and key id, and is believed in nothing else: {@code jku}, {@code x5u}, {@code jwk} and
 * {@code x5c} are ignored, {@code crit} is refused, and a key checks only the algorithm of its kind (RFC 8725 §3.1, §3.10).
 */
public final class TokenVerifier {
    private static final Set<JWSAlgorithm> BY_PUBLIC_KEY =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256, JWSAlgorithm.EdDSA);

    private final List<VerificationKey> keys;
    private final Optional<RemoteKeys> remoteKeys;
    private final ClaimRules claims;
    private final RateLimitedLog log = new RateLimitedLog(System.getLogger(TokenVerifier.class.getName()));

    /** Fetches nothing yet: a JWK set is fetched when the first token needs it. */
    public TokenVerifier(TokenSettings settings, Clock clock) {
        this(settings, clock, settings.jwksUrl().map(url -> new RemoteKeys(new JwkSetClient(url)::fetch, clock)));
    }

    TokenVerifier(TokenSettings settings, Clock clock, Optional<RemoteKeys> remoteKeys) {
        List<VerificationKey> own = new ArrayList<>();
        settings.hmacSecret().map(VerificationKey::ofSecret).ifPresent(own::add);
        settings.publicKey().map(PublicKeyPem::parse).ifPresent(own::add);
        this.keys = List.copyOf(own);
        this.remoteKeys = remoteKeys;
        this.claims = new ClaimRules(settings, clock);
    }

    /**
     * Checks size, form, signature and claims, in this order. A refusal is a line in the log, once a cause every
     * {@link RateLimitedLog#EVERY}, whichever way the token came.
     *
     * <p>Blocks only with a JWK set that is not there yet, or that nobody asked for in the last five minutes: then for one
     * fetch, at most two seconds. It does not block while the address is known to be down (keys once fetched go on serving) nor
     * for a key id that is not in the set (the set is fetched again behind the caller's back, see {@link RemoteKeys}).
     *
     * @throws InvalidTokenException for every token that is not good now. {@link Reason#EXPIRED} only when all else is right;
     *     {@link Reason#KEYS_UNAVAILABLE} when the key may be one that could not be fetched yet.
     */
    public Identity verify(String token) {
        try {
            CompactToken parsed = CompactToken.parse(token);
            if (!signed(parsed)) {
                throw unsigned(parsed);
            }
            parsed.proven();
            return claims.identity(parsed);
        } catch (InvalidTokenException e) {
            Level level = e.reason() == Reason.INVALID ? Level.WARNING : Level.INFO;
            log.log(level, e.detail(), "A token was refused: " + e.detail());
            throw e;
        }
    }

    /** Which keys there are is for the operator alone to know. */
    private InvalidTokenException unsigned(CompactToken token) {
        JWSAlgorithm algorithm = token.header.getAlgorithm();
        boolean remote = remoteKeys.isPresent() && BY_PUBLIC_KEY.contains(algorithm);
        boolean known = keys.stream().anyMatch(key -> key.algorithm().equals(algorithm));
        String message = "no configured key has signed this token";
        if (!algorithm.equals(JWSAlgorithm.HS256) && !BY_PUBLIC_KEY.contains(algorithm)) {
            return Claims.refused("alg must be HS256, RS256, ES256 or EdDSA");
        }
        if (!known && !remote) {
            return detailed(message, "there is no key for its alg " + algorithm);
        }
        if (remote && token.header.getKeyID() == null) {
            return detailed(message, "it has no kid, by which a key of cordon.token.jwks-url is found");
        }
        return detailed(message, "its signature is of another key than the configured one for " + algorithm);
    }

    private static InvalidTokenException detailed(String message, String detail) {
        return new InvalidTokenException(Reason.INVALID, message, message + ": " + detail);
    }

    /** Whether {@link #verify} may block: keys come from elsewhere. */
    public boolean mayWait() {
        return remoteKeys.isPresent();
    }

    /** Whether {@link #verify} may block just now: keys come from elsewhere and those at hand are old. */
    public boolean waitsNow() {
        return remoteKeys.filter(RemoteKeys::waitsNow).isPresent();
    }

    private boolean signed(CompactToken token) {
        for (VerificationKey key : keys) {
            if (key.signed(token)) {
                return true;
            }
        }
        return signedRemotely(token);
    }

    private boolean signedRemotely(CompactToken token) {
        String keyId = token.header.getKeyID();
        JWSAlgorithm algorithm = token.header.getAlgorithm();
        if (remoteKeys.isEmpty() || keyId == null || !BY_PUBLIC_KEY.contains(algorithm)) {
            return false;
        }
        return remoteKeys.get().find(keyId, algorithm).stream().anyMatch(key -> key.signed(token));
    }
}
