package dev.cordon.auth;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The claims of a verified token. No field comes from a URL, a header or the data of a request.
 *
 * @param user the token's {@code sub}
 * @param session the token's {@code sid}; takes precedence over the client's session id
 * @param groups the token's {@code groups}
 * @param expires the token's {@code exp}
 */
public record Identity(UserId user, Optional<SessionId> session, Set<String> groups, Instant expires) {
    /** Group whose members may publish to every user. */
    public static final String PUBLISHER = "publisher";

    /** Group whose members may use the operator's pages. */
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
