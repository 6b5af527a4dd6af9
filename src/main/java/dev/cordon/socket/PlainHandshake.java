package dev.cordon.socket;

import dev.cordon.http.PlainHead;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An opening handshake (RFC 6455 §4.2.1) read from the bytes of one request, when nothing about it is out of the ordinary. Deliberately
 * strict: what this does not take for one, well-formed or not, is left to the container's parser.
 *
 * @param path as it was sent, without the query
 * @param end where the request ends in the bytes it was read from; what follows are the client's first frames
 */
record PlainHandshake(String path, String host, Optional<String> origin, String key, int end) {
    /** Fields that are looked at; none of them may come twice. */
    private static final Set<String> ONCE =
            Set.of("host", "origin", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version");

    /** Fields with which a request is no plain handshake. One with a ticket may be for another gateway; a subprotocol is none of ours. */
    private static final Set<String> UNUSUAL =
            Set.of("content-length", "sec-websocket-protocol", InnerGateway.HEADER.toLowerCase(Locale.ROOT));

    /** What is at the start of the bytes; empty when it is not a whole and plain handshake. */
    static Optional<PlainHandshake> read(byte[] bytes, int length) {
        return PlainHead.read(bytes, length, ONCE, UNUSUAL)
                .filter(head -> head.method().equals("GET") && head.target().startsWith("/"))
                .flatMap(PlainHandshake::of);
    }

    private static Optional<PlainHandshake> of(PlainHead head) {
        String host = head.field("host").orElse("");
        String key = head.field("sec-websocket-key").orElse("");
        return !host.isEmpty()
                        && Handshake.isKey(key)
                        && head.field("sec-websocket-version").orElse("").equals("13")
                        && head.field("upgrade").orElse("").equalsIgnoreCase("websocket")
                        && Handshake.lists(head.field("connection").orElse(""), "upgrade")
                ? Optional.of(new PlainHandshake(path(head.target()), host, head.field("origin"), key, head.end()))
                : Optional.empty();
    }

    private static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
