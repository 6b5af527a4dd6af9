package dev.cordon.manager;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.Optional;

/**
 * The connections of a user that a back end means.
 *
 * @param session only the connections of this session; empty for all
 * @param client only this connection; empty for all
 */
public record ConnectionSelection(UserId user, Optional<SessionId> session, Optional<ConnectionId> client) {
    /** All connections of a user. */
    public static ConnectionSelection all(UserId user) {
        return new ConnectionSelection(user, Optional.empty(), Optional.empty());
    }

    boolean names(WebSocketManager manager, Connection connection) {
        return session.map(manager.key().session()::equals).orElse(true)
                && client.map(connection.id()::equals).orElse(true);
    }
}
