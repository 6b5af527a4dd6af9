package dev.cordon.auth;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of token verification: keys, issuer and audience. No key is the default: with {@link #none()} every
 * token is invalid.
 *
 * @param hmacSecret secret for HS256, at least 32 bytes as UTF-8 (RFC 7518 §3.2)
 * @param publicKey PEM, {@code -----BEGIN PUBLIC KEY-----}: RSA of 2048 bits or more (RS256), EC P-256 (ES256) or
 *     Ed25519 (EdDSA); line ends may be written {@code \n}
 * @param jwksUrl http or https address of a JWK set (RFC 7517 §5) for RS256, ES256 and EdDSA, chosen by {@code kid}
 * @param issuer if present, a token must have an equal {@code iss}
 * @param audience if present, the {@code aud} of a token must contain it
 * @param leeway largest accepted difference between the clocks of issuer and server; zero or more
 */
public record TokenSettings(
        Optional<String> hmacSecret,
        Optional<String> publicKey,
        Optional<URI> jwksUrl,
        Optional<String> issuer,
        Optional<String> audience,
        Duration leeway) {
    /** Shortest secret, in bytes: the size of an HS256 digest. */
    public static final int MIN_SECRET_BYTES = 32;

    public static final Duration DEFAULT_LEEWAY = Duration.ofSeconds(60);

    /**
     * @throws IllegalArgumentException if a setting is invalid; the message is one line, names the setting and quotes
     *     no secret
     */
    public TokenSettings {
        hmacSecret.ifPresent(TokenSettings::checkSecret);
        publicKey.ifPresent(PublicKeyPem::parse);
        jwksUrl.ifPresent(TokenSettings::checkUrl);
        issuer.ifPresent(value -> checkText("cordon.token.issuer", value));
        audience.ifPresent(value -> checkText("cordon.token.audience", value));
        if (leeway.isNegative()) {
            throw new IllegalArgumentException("leeway of the token clock must not be negative");
        }
    }

    /** Returns settings without a key, with which every token is invalid. */
    public static TokenSettings none() {
        return new TokenSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DEFAULT_LEEWAY);
    }

    /** Returns settings for HS256 with this secret, and any issuer and audience. */
    public static TokenSettings ofSecret(String hmacSecret) {
        return new TokenSettings(
                Optional.of(hmacSecret),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DEFAULT_LEEWAY);
    }

    /** Returns true if any key is configured. */
    public boolean configured() {
        return hmacSecret.isPresent() || publicKey.isPresent() || jwksUrl.isPresent();
    }

    /** Shows which settings are present. Does not show the secret. */
    @Override
    public String toString() {
        return "TokenSettings[hmacSecret=%s, publicKey=%s, jwksUrl=%s, issuer=%s, audience=%s, leeway=%s]"
                .formatted(
                        hmacSecret.isPresent() ? "set" : "none",
                        publicKey.isPresent() ? "set" : "none",
                        jwksUrl.isPresent() ? "set" : "none",
                        issuer.orElse("any"),
                        audience.orElse("any"),
                        leeway);
    }

    private static void checkSecret(String secret) {
        int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException("cordon.token.hmac-secret has %d bytes; HS256 needs at least %d"
                    .formatted(bytes, MIN_SECRET_BYTES));
        }
    }

    private static void checkUrl(URI url) {
        String scheme = url.getScheme();
        boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        if (!http || url.getHost() == null || url.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "cordon.token.jwks-url must be an http or https address with a host and no user name");
        }
    }

    private static void checkText(String setting, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(setting + " is blank; leave it out to accept any");
        }
    }
}
