package dev.cordon.auth;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a verified token says, and nothing else: no field comes from a URL, a header or the request's data.
 *
 * @param user the token's {@code sub}
 * @param session the token's {@code sid}; wins over what the client names
 * @param groups the token's {@code groups}
 * @param expires the token's {@code exp}
 */
public record Identity(UserId user, Optional<SessionId> session, Set<String> groups, Instant expires) {
    /** Group whose members publish to any user. */
    public static final String PUBLISHER = "publisher";

    /** Group whose members see the operator's pages. */
    public static final String OPERATOR = "operator";

    public Identity {
        groups = Set.copyOf(groups);
    }

    public boolean publisher() {
        return groups.contains(PUBLISHER);
    }

    public boolean operator() {
        return groups.contains(OPERATOR);
    }
}
