package dev.cordon.console;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.time.Instant;

/**
 * How a user's connection ended.
 *
 * @param waiting messages that waited for it then
 * @param lived from the opened socket to the end
 */
record Close(
        Instant at,
        UserId user,
        SessionId session,
        ConnectionId connection,
        Disconnect disconnect,
        int waiting,
        Duration lived) {}
