package dev.cordon.client;

import java.time.Instant;
import java.util.Optional;

/**
 * Moves the end of the connections that a user has now, in a cluster on every node, and tells their clients. A fresh token
 * that a client brings later moves it again.
 *
 * @param user the user
 * @param session if present, only connections of this session
 * @param client if present, only this connection
 * @param end when they end, in whole seconds; empty for now: their clients reconnect, with the token that they have while
 *     it is valid
 */
public record Refresh(String user, Optional<String> session, Optional<String> client, Optional<Instant> end)
        implements Command<RefreshResult> {
    /** All connections of a user. */
    public Refresh(String user, Instant end) {
        this(user, Optional.empty(), Optional.empty(), Optional.of(end));
    }

    /** Returns true with an end. Without one, a second command would end what the clients have opened since. */
    @Override
    public boolean repeatable() {
        return end.isPresent();
    }

    /** Does not show the user. */
    @Override
    public String toString() {
        return "Refresh";
    }
}
