package dev.cordon.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** A checked handshake on its way to the container's engine: one path for all aliases. */
final class UpgradeRequest extends HttpServletRequestWrapper {
    UpgradeRequest(HttpServletRequest request) {
        super(request);
    }

    @Override
    public String getRequestURI() {
        return getContextPath() + GatewayEndpoint.PATH;
    }
}
