package dev.cordon.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An issuer of HS256 tokens, for development mode and tests. A {@link TokenVerifier} with the same settings accepts
 * them. Thread-safe.
 */
public final class DevTokens {
    private static final int SECRET_BYTES = 32;

    private final TokenSettings settings;
    private final Clock clock;
    private final JWSSigner signer;

    /** @throws IllegalArgumentException if the settings have no {@code cordon.token.hmac-secret} */
    public DevTokens(TokenSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.signer = signer(settings.hmacSecret()
                .orElseThrow(() -> new IllegalArgumentException("cordon.token.hmac-secret is needed to make tokens")));
    }

    /** Returns a secret of 256 random bits, as 43 characters that need no quoting in a URL or a shell. */
    public static String randomSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @param life time from now to {@code exp}, in whole seconds; a negative life makes an expired token */
    public String issue(UserId user, Set<String> groups, Optional<SessionId> session, Duration life) {
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject(user.value())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)));
        settings.issuer().ifPresent(claims::issuer);
        settings.audience().ifPresent(claims::audience);
        session.ifPresent(id -> claims.claim("sid", id.value()));
        if (!groups.isEmpty()) {
            claims.claim("groups", List.copyOf(groups));
        }
        return signed(claims.build());
    }

    private String signed(JWTClaimsSet claims) {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 failed", e);
        }
        return token.serialize();
    }

    private static JWSSigner signer(String secret) {
        try {
            return new MACSigner(secret.getBytes(StandardCharsets.UTF_8));
        } catch (JOSEException e) {
            throw new IllegalStateException("the Java runtime lacks HS256", e);
        }
    }
}
