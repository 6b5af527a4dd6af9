package dev.cordon.gateway;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A handshake as the browser of RFC 6455 §1.2 sends it, with what a test changes. */
public final class FakeHandshake implements HandshakeRequest {
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private String method = "GET";
    private String protocol = "HTTP/1.1";
    private String scheme = "https";
    private String address = "192.0.2.1";
    private String query = "";
    private boolean body;

    public FakeHandshake() {
        with("Host", "node.example");
        with("Upgrade", "websocket");
        with("Connection", "Upgrade");
        with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        with("Sec-WebSocket-Version", "13");
    }

    /** Replaces all values of a header; none removes it. */
    public FakeHandshake with(String name, String... values) {
        headers.put(name, List.of(values));
        return this;
    }

    public FakeHandshake method(String value) {
        method = value;
        return this;
    }

    public FakeHandshake protocol(String value) {
        protocol = value;
        return this;
    }

    public FakeHandshake scheme(String value) {
        scheme = value;
        return this;
    }

    public FakeHandshake from(String value) {
        address = value;
        return this;
    }

    public FakeHandshake query(String value) {
        query = value;
        return this;
    }

    FakeHandshake withBody() {
        body = true;
        return this;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }

    @Override
    public String query() {
        return query;
    }

    @Override
    public boolean hasBody() {
        return body;
    }

    @Override
    public String remoteAddress() {
        return address;
    }
}
