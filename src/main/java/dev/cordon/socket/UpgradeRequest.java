package dev.cordon.socket;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;

/** A checked handshake on its way to Tyrus: one path for all aliases, and the guarded handler. */
final class UpgradeRequest extends HttpServletRequestWrapper {
    private final Gateway gateway;

    UpgradeRequest(HttpServletRequest request, Gateway gateway) {
        super(request);
        this.gateway = gateway;
    }

    @Override
    public String getRequestURI() {
        return getContextPath() + GatewayEndpoint.PATH;
    }

    @Override
    public <T extends HttpUpgradeHandler> T upgrade(Class<T> handlerClass) throws IOException, ServletException {
        if (handlerClass != TyrusHttpUpgradeHandler.class) {
            return super.upgrade(handlerClass);
        }
        GuardedUpgradeHandler handler = super.upgrade(GuardedUpgradeHandler.class);
        handler.watchedBy(gateway.pending);
        handler.checkedBy(gateway);
        return handlerClass.cast(handler);
    }
}
