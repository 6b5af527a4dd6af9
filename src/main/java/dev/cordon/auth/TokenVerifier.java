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
 * The verifier of bearer tokens. No other class turns a token into an {@link Identity}. Thread-safe.
 *
 * <p>The verifier trusts only the algorithm and the key id of the header. It ignores {@code jku}, {@code x5u},
 * {@code jwk} and {@code x5c}, and rejects {@code crit}. A key verifies only the algorithm of its kind (RFC 8725 §3.1,
 * §3.10).
 */
public final class TokenVerifier {
    private static final Set<JWSAlgorithm> BY_PUBLIC_KEY =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256, JWSAlgorithm.EdDSA);

    private final List<VerificationKey> keys;
    private final Optional<RemoteKeys> remoteKeys;
    private final ClaimRules claims;
    private final RateLimitedLog log = new RateLimitedLog(System.getLogger(TokenVerifier.class.getName()));

    /** Creates a verifier. The first token that needs a JWK set starts the first fetch. */
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
     * Checks size, form, signature and claims, in this order. Logs rejections, one line a cause every
     * {@link RateLimitedLog#EVERY}.
     *
     * <p>Blocks only if a JWK set is configured, and was not fetched in the last 5 minutes: for one fetch, at most 2
     * seconds. Does not block after a failed fetch, nor for an unknown key id (see {@link RemoteKeys}).
     *
     * @throws InvalidTokenException if the token is invalid. The reason is {@link Reason#EXPIRED} only if all other
     *     checks succeed, and {@link Reason#KEYS_UNAVAILABLE} if the key could not be fetched yet
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
            log.log(level, e.detail(), "A token was rejected: " + e.detail());
            throw e;
        }
    }

    /** Makes the exception. Only its detail, for the operator, says which keys are configured. */
    private InvalidTokenException unsigned(CompactToken token) {
        JWSAlgorithm algorithm = token.header.getAlgorithm();
        boolean remote = remoteKeys.isPresent() && BY_PUBLIC_KEY.contains(algorithm);
        boolean known = keys.stream().anyMatch(key -> key.algorithm().equals(algorithm));
        String message = "no configured key has signed this token";
        if (!algorithm.equals(JWSAlgorithm.HS256) && !BY_PUBLIC_KEY.contains(algorithm)) {
            return Claims.rejected("alg must be HS256, RS256, ES256 or EdDSA");
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

    /** Returns true if {@link #verify} may ever block: the keys are fetched from an address. */
    public boolean mayWait() {
        return remoteKeys.isPresent();
    }

    /**
     * Returns true if {@link #verify} may block now: the keys are fetched from an address, and the fetched ones are
     * old.
     */
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
