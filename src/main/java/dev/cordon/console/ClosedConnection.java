package dev.cordon.console;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.time.Instant;

/**
 * The end of a user's connection.
 *
 * @param waiting number of messages in its queue at that time
 * @param lived time from the opened socket to the end
 */
record ClosedConnection(
        Instant at,
        UserId user,
        SessionId session,
        ConnectionId connection,
        Disconnect disconnect,
        int waiting,
        Duration lived) {}
