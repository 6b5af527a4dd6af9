package dev.cordon.manager;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.Optional;

/**
 * An order to end connections of a user.
 *
 * @param session only the connections of this session; empty for all
 * @param client only this connection; empty for all
 * @param disconnect the code and the reason that the clients are told
 */
public record DisconnectOrder(
        UserId user, Optional<SessionId> session, Optional<ConnectionId> client, Disconnect disconnect) {
    /** An order to end all connections of a user. */
    public static DisconnectOrder all(UserId user, Disconnect disconnect) {
        return new DisconnectOrder(user, Optional.empty(), Optional.empty(), disconnect);
    }

    ConnectionSelection selection() {
        return new ConnectionSelection(user, session, client);
    }
}
