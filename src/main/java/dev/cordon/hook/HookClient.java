package dev.cordon.hook;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.Map;

/**
 * The connection that a hook is about. Immutable.
 *
 * @param user subject of the verified token
 * @param session the user's browser or device
 * @param connection id of the connection, which the client knows as {@code client}
 * @param name the client's name for itself, from its connect command; empty if it gave none
 * @param version the client's version, from its connect command; empty if it gave none
 * @param transport {@code websocket}, {@code http_stream}, {@code sse}, {@code uni_http_stream} or {@code uni_sse}
 * @param protocol {@code json} or {@code protobuf}: how the client reads and writes. Its data is JSON in both
 * @param headers headers of the HTTP handshake that {@code cordon.hook.headers} allows, names in lower case. Nothing
 *     that a client sends inside the protocol gets here
 */
public record HookClient(
        UserId user,
        SessionId session,
        ConnectionId connection,
        String name,
        String version,
        String transport,
        String protocol,
        Map<String, String> headers) {
    public HookClient {
        headers = Map.copyOf(headers);
    }
}
