package dev.cordon.manager;

import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.time.Instant;

/**
 * The user for whom a connection acts, and the rights of the token. Immutable; a refresh replaces it as a whole.
 *
 * @param publisher whether the token allows publishing to any user
 * @param operator whether the token lets its user see the node
 * @param expires end of the token, and with it of the connection (3005)
 */
public record UserContext(UserId user, SessionId session, boolean publisher, boolean operator, Instant expires) {
    /**
     * Time by which a connection may outlive its token. The browser SDK asks for a refresh exactly when the token ends,
     * and the answer takes a moment.
     */
    static final Duration GRACE = Duration.ofSeconds(4);

    /** Creates the context of a user who is no operator. */
    public UserContext(UserId user, SessionId session, boolean publisher, Instant expires) {
        this(user, session, publisher, false, expires);
    }

    boolean expired(Instant now) {
        return now.isAfter(expires.plus(GRACE));
    }

    UserContext until(Instant end) {
        return new UserContext(user, session, publisher, operator, end);
    }

    public ManagerKey key() {
        return new ManagerKey(user, session);
    }
}
