package dev.cordon.console;

import dev.cordon.auth.Identity;
import dev.cordon.auth.InvalidTokenException;
import dev.cordon.auth.TokenVerifier;
import java.util.Locale;
import java.util.Optional;

/**
 * The access check of the console: a bearer token with the operator group. Cookies and API keys do not count, so that no other site's page can
 * act for an operator. Thread-safe.
 */
final class OperatorAuth {
    private static final String SCHEME = "bearer ";

    private final TokenVerifier verifier;

    OperatorAuth(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    /** @throws ConsoleRejection without such a token */
    Identity check(Optional<String> authorization) {
        String header = authorization.orElse("").strip();
        if (!header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw new ConsoleRejection(401, "send Authorization: Bearer <token>");
        }
        Identity identity = identity(header.substring(SCHEME.length()).strip());
        if (!identity.operator()) {
            throw new ConsoleRejection(403, "the token lacks the group " + Identity.OPERATOR + " in its claim groups");
        }
        return identity;
    }

    private Identity identity(String token) {
        try {
            return verifier.verify(token);
        } catch (InvalidTokenException e) {
            throw switch (e.reason()) {
                case EXPIRED -> new ConsoleRejection(401, "the token has expired: send a fresh one");
                case INVALID -> new ConsoleRejection(401, "invalid token: " + e.getMessage());
                case KEYS_UNAVAILABLE -> new ConsoleRejection(503, "the token's keys cannot be fetched now: try again");
            };
        }
    }
}
