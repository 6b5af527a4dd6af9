package dev.cordon.api;

import dev.cordon.auth.ApiKeys;
import dev.cordon.auth.Identity;
import dev.cordon.auth.InvalidTokenException;
import dev.cordon.auth.TokenVerifier;
import java.util.Optional;

/**
 * The authentication check of the server API. A caller needs an API key, or a token with the publisher group. No key is
 * the default, and every way in uses this check. Thread-safe.
 */
final class ApiAuth {
    private final ApiKeys keys;
    private final TokenVerifier verifier;

    ApiAuth(ApiKeys keys, TokenVerifier verifier) {
        this.keys = keys;
        this.verifier = verifier;
    }

    /**
     * @param apiKey header {@code X-API-Key}; if present, the check ignores {@code Authorization}
     * @param authorization header {@code Authorization}: {@code Bearer <token>}, or {@code apikey <key>} as older
     *     Centrifugo libraries send it
     * @throws RejectedException if the credentials are absent or invalid
     */
    void check(Optional<String> apiKey, Optional<String> authorization) {
        if (apiKey.isPresent()) {
            checkKey(apiKey.get());
        } else if (authorization.isPresent()) {
            checkAuthorization(authorization.get().strip());
        } else {
            throw new RejectedException(
                    Rejected.UNAUTHORIZED, "no credentials: send X-API-Key: <key> or Authorization: Bearer <token>");
        }
    }

    private void checkAuthorization(String authorization) {
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? authorization : authorization.substring(0, space);
        String credentials = space < 0 ? "" : authorization.substring(space).strip();
        if (scheme.equalsIgnoreCase("Bearer")) {
            checkToken(credentials);
        } else if (scheme.equalsIgnoreCase("apikey")) {
            checkKey(credentials);
        } else {
            throw new RejectedException(Rejected.UNAUTHORIZED, "Authorization must be Bearer <token> or apikey <key>");
        }
    }

    private void checkKey(String key) {
        if (!keys.accepts(key)) {
            throw new RejectedException(
                    Rejected.UNAUTHORIZED,
                    keys.configured()
                            ? "the API key is not one of cordon.api.keys"
                            : "no API key is configured: set cordon.api.keys, or send Authorization: Bearer <token>");
        }
    }

    private void checkToken(String token) {
        if (!identity(token).publisher()) {
            throw new RejectedException(
                    Rejected.FORBIDDEN, "the token lacks the group " + Identity.PUBLISHER + " in its claim groups");
        }
    }

    private Identity identity(String token) {
        try {
            return verifier.verify(token);
        } catch (InvalidTokenException e) {
            throw switch (e.reason()) {
                case EXPIRED ->
                    new RejectedException(Rejected.TOKEN_EXPIRED, "the token has expired: send a fresh one");
                case INVALID -> new RejectedException(Rejected.UNAUTHORIZED, "invalid token: " + e.getMessage());
                case KEYS_UNAVAILABLE ->
                    new RejectedException(Rejected.TEMPORARY, "the token's keys cannot be fetched now: try again");
            };
        }
    }
}
