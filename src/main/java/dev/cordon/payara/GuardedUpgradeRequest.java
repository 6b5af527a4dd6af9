package dev.cordon.payara;

import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.protocol.Encoding;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;

/** A checked handshake on its way to Tyrus, which gets {@link GuardedUpgradeHandler} in place of its own handler. */
final class GuardedUpgradeRequest extends HttpServletRequestWrapper {
    private final GatewaySockets sockets;
    private final Encoding encoding;

    GuardedUpgradeRequest(HttpServletRequest request, GatewaySockets sockets, Encoding encoding) {
        super(request);
        this.sockets = sockets;
        this.encoding = encoding;
    }

    @Override
    public <T extends HttpUpgradeHandler> T upgrade(Class<T> handlerClass) throws IOException, ServletException {
        if (handlerClass != TyrusHttpUpgradeHandler.class) {
            return super.upgrade(handlerClass);
        }
        GuardedUpgradeHandler handler = super.upgrade(GuardedUpgradeHandler.class);
        handler.guardedFor(sockets, encoding);
        return handlerClass.cast(handler);
    }
}
