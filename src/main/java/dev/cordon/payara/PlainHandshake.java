package dev.cordon.payara;

import dev.cordon.endpoint.InnerGateway;
import dev.cordon.gateway.HandshakeRequest;
import dev.cordon.http.PlainHead;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A GET request read from its bytes in front of the container, when it may be an opening handshake (RFC 6455 §4.2.1) and nothing about it is
 * out of the ordinary. What this does not take for one is left to the container's parser.
 */
record PlainHandshake(PlainHead head, String remoteAddress) implements HandshakeRequest {
    /** Fields that are looked at; none of them may come twice. */
    private static final Set<String> ONCE =
            Set.of("host", "origin", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version");

    /** Fields with which a request is no plain handshake. One with a ticket may be for another gateway; a subprotocol is none of ours. */
    private static final Set<String> UNUSUAL =
            Set.of("content-length", "sec-websocket-protocol", InnerGateway.HEADER.toLowerCase(Locale.ROOT));

    /** What is at the start of the bytes; empty when it is not a whole and plain request with a key. */
    static Optional<PlainHandshake> read(byte[] bytes, int length, String remoteAddress) {
        return PlainHead.read(bytes, length, ONCE, UNUSUAL)
                .filter(head -> head.method().equals("GET")
                        && head.target().startsWith("/")
                        && !head.field("host").orElse("").isEmpty()
                        && head.field("sec-websocket-key").isPresent())
                .map(head -> new PlainHandshake(head, remoteAddress));
    }

    /** Where the request ends in the bytes it was read from. What follows are the client's first frames. */
    int end() {
        return head.end();
    }

    String host() {
        return head.field("host").orElse("");
    }

    String key() {
        return head.field("sec-websocket-key").orElse("");
    }

    /** As it was sent, without the query. */
    String path() {
        String target = head.target();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public String scheme() {
        return "http";
    }

    @Override
    public List<String> header(String name) {
        return head.field(name.toLowerCase(Locale.ROOT)).map(List::of).orElse(List.of());
    }

    @Override
    public boolean hasBody() {
        return false;
    }
}
