package dev.cordon.payara;

import dev.cordon.endpoint.InnerGateway;
import dev.cordon.gateway.HandshakeRequest;
import dev.cordon.http.PlainHead;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A plain GET request that may be an opening handshake (RFC 6455 §4.2.1), read from its bytes in front of the
 * container. Every other request is left to the container's parser.
 */
record PlainHandshake(PlainHead head, String remoteAddress) implements HandshakeRequest {
    /** Fields that are looked at; each may come once only. */
    private static final Set<String> ONCE = Set.of(
            "host",
            "origin",
            "upgrade",
            "connection",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-extensions");

    /**
     * Fields that make a request unusual. A request with a ticket may be for another gateway; subprotocols are left to
     * the container.
     */
    private static final Set<String> UNUSUAL =
            Set.of("content-length", "sec-websocket-protocol", InnerGateway.HEADER.toLowerCase(Locale.ROOT));

    /** Reads the request at the start of the bytes. Returns empty if it is not whole and plain, or has no key. */
    static Optional<PlainHandshake> read(byte[] bytes, int length, String remoteAddress) {
        return PlainHead.read(bytes, length, ONCE, UNUSUAL)
                .filter(head -> head.method().equals("GET")
                        && head.target().startsWith("/")
                        && !head.field("host").orElse("").isEmpty()
                        && head.field("sec-websocket-key").isPresent())
                .map(head -> new PlainHandshake(head, remoteAddress));
    }

    /** Returns the index behind the request, where the client's first frames may follow. */
    int end() {
        return head.end();
    }

    String host() {
        return head.field("host").orElse("");
    }

    String key() {
        return head.field("sec-websocket-key").orElse("");
    }

    /** Returns the path as it was sent, without the query. */
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
    public String query() {
        String target = head.target();
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    @Override
    public boolean hasBody() {
        return false;
    }
}
