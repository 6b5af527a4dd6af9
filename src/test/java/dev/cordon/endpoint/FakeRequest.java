package dev.cordon.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A handshake as the browser of RFC 6455 §1.2 sends it, with what a test changes. */
final class FakeRequest {
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private String method = "GET";
    private String protocol = "HTTP/1.1";
    private String scheme = "https";
    private String address = "192.0.2.1";
    private String contextPath = "";

    /** The handler to which the container hands the connection when the request is upgraded. */
    final WireUpgradeHandler upgraded = new WireUpgradeHandler();

    FakeRequest() {
        header("Host", "node.example");
        header("Upgrade", "websocket");
        header("Connection", "Upgrade");
        header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        header("Sec-WebSocket-Version", "13");
    }

    /** Replaces all values of a header; none removes it. */
    FakeRequest header(String name, String... values) {
        headers.put(name, new ArrayList<>(List.of(values)));
        return this;
    }

    FakeRequest method(String value) {
        method = value;
        return this;
    }

    FakeRequest protocol(String value) {
        protocol = value;
        return this;
    }

    FakeRequest scheme(String value) {
        scheme = value;
        return this;
    }

    FakeRequest from(String value) {
        address = value;
        return this;
    }

    FakeRequest contextPath(String value) {
        contextPath = value;
        return this;
    }

    HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                FakeRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getProtocol" -> protocol;
                    case "getScheme" -> scheme;
                    case "getRemoteAddr" -> address;
                    case "getContextPath" -> contextPath;
                    case "getRequestURI" -> "/ws";
                    case "upgrade" -> upgraded;
                    case "getHeader" ->
                        values(arguments[0]).stream().findFirst().orElse(null);
                    case "getHeaders" -> Collections.enumeration(values(arguments[0]));
                    case "getContentLengthLong" ->
                        values("Content-Length").stream()
                                .mapToLong(Long::parseLong)
                                .findFirst()
                                .orElse(-1);
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }

    private List<String> values(Object name) {
        return headers.getOrDefault(String.valueOf(name).toLowerCase(Locale.ROOT), List.of());
    }
}
