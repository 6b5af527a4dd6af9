package dev.cordon.client;

import java.util.Optional;

/**
 * Ends connections of a user, in a cluster on every node. Not repeatable: a second one would also end what the user has
 * opened since.
 *
 * @param user the user
 * @param session if present, only connections of this session
 * @param client if present, only this connection
 * @param code close code, 3000 to 4999; codes from 3000 to 3499 let the client come back, 3500 to 3999 do not
 * @param reason 1 to 123 bytes of UTF-8
 */
public record Disconnect(String user, Optional<String> session, Optional<String> client, int code, String reason)
        implements Command<DisconnectResult> {
    /** The close code that nodes use where a command names none: the client does not come back. */
    public static final int FORCED = 3503;

    /** All connections of a user. */
    public Disconnect(String user) {
        this(user, Optional.empty(), Optional.empty(), FORCED, "force disconnect");
    }

    @Override
    public boolean repeatable() {
        return false;
    }

    /** Does not show the user. */
    @Override
    public String toString() {
        return "Disconnect[" + code + "]";
    }
}
