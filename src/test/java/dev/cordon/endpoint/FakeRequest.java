package dev.cordon.endpoint;

import dev.cordon.gateway.FakeHandshake;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;

/** A {@link FakeHandshake} as the container hands it over. */
final class FakeRequest {
    private final FakeHandshake handshake = new FakeHandshake();
    private String contextPath = "";

    /** The handler to which the container hands the connection when the request is upgraded. */
    final WireUpgradeHandler upgraded = new WireUpgradeHandler();

    /** Replaces all values of a header; none removes it. */
    FakeRequest header(String name, String... values) {
        handshake.with(name, values);
        return this;
    }

    FakeRequest query(String value) {
        handshake.query(value);
        return this;
    }

    FakeRequest method(String value) {
        handshake.method(value);
        return this;
    }

    FakeRequest protocol(String value) {
        handshake.protocol(value);
        return this;
    }

    FakeRequest scheme(String value) {
        handshake.scheme(value);
        return this;
    }

    FakeRequest from(String value) {
        handshake.from(value);
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
                    case "getMethod" -> handshake.method();
                    case "getProtocol" -> handshake.protocol();
                    case "getScheme" -> handshake.scheme();
                    case "getRemoteAddr" -> handshake.remoteAddress();
                    case "getContextPath" -> contextPath;
                    case "getQueryString" -> handshake.query().isEmpty() ? null : handshake.query();
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
        return handshake.header(String.valueOf(name));
    }
}
