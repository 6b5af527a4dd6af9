package dev.cordon.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** An accepted handshake for the container's engine, with the same path for all aliases. */
final class UpgradeRequest extends HttpServletRequestWrapper {
    UpgradeRequest(HttpServletRequest request) {
        super(request);
    }

    @Override
    public String getRequestURI() {
        return getContextPath() + GatewayEndpoint.PATH;
    }
}
