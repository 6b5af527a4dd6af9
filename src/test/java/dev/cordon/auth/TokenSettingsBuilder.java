package dev.cordon.auth;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A builder of token settings; a test sets only the values that it is about. */
final class TokenSettingsBuilder {
    private Optional<String> secret = Optional.empty();
    private Optional<String> publicKey = Optional.empty();
    private Optional<URI> jwksUrl = Optional.empty();
    private Optional<String> issuer = Optional.empty();
    private Optional<String> audience = Optional.empty();
    private Duration leeway = TokenSettings.DEFAULT_LEEWAY;

    static TokenSettingsBuilder tokens() {
        return new TokenSettingsBuilder();
    }

    TokenSettingsBuilder secret(String value) {
        secret = Optional.of(value);
        return this;
    }

    TokenSettingsBuilder publicKey(String pem) {
        publicKey = Optional.of(pem);
        return this;
    }

    TokenSettingsBuilder jwksUrl(String url) {
        jwksUrl = Optional.of(URI.create(url));
        return this;
    }

    TokenSettingsBuilder issuer(String value) {
        issuer = Optional.of(value);
        return this;
    }

    TokenSettingsBuilder audience(String value) {
        audience = Optional.of(value);
        return this;
    }

    TokenSettingsBuilder leeway(Duration value) {
        leeway = value;
        return this;
    }

    TokenSettings build() {
        return new TokenSettings(secret, publicKey, jwksUrl, issuer, audience, leeway);
    }
}
