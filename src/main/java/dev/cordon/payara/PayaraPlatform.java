package dev.cordon.payara;

import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.Listener;
import dev.cordon.endpoint.ServerConnections;
import dev.cordon.endpoint.ServerPlatform;
import dev.cordon.gateway.Cuts;
import dev.cordon.protocol.Encoding;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.Session;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import org.glassfish.tyrus.core.TyrusSession;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;

/** Payara as {@link ServerPlatform}. Each part is looked up by itself: if one is not found, the others still serve. */
public final class PayaraPlatform implements ServerPlatform {
    private static final System.Logger LOG = System.getLogger(PayaraPlatform.class.getName());

    private final boolean tyrus = tyrus();

    private static boolean tyrus() {
        try {
            LOG.log(Level.DEBUG, "WebSocket engine: {0}, {1}", TyrusHttpUpgradeHandler.class, TyrusSession.class);
            return true;
        } catch (LinkageError e) {
            LOG.log(Level.WARNING, "The container's WebSocket engine is not Tyrus and serves without guards: " + e);
            return false;
        }
    }

    @Override
    public Optional<ServerConnections> connections(Cuts cuts) {
        try {
            return Optional.of(new GrizzlyConnections(cuts));
        } catch (LinkageError | IllegalStateException e) {
            LOG.log(
                    Level.WARNING,
                    "The server's network layer is unknown, so connections of clients that do not read may stay open: "
                            + e);
            return Optional.empty();
        }
    }

    @Override
    public void answerUntilServing() {
        new ServingWatch().begin();
    }

    @Override
    public List<Listener> listeners() {
        return Listeners.ofThisServer();
    }

    @Override
    public Runnable beforeStop(Runnable task) {
        Optional<ServerEvents> events = ServerEvents.register((name, about) -> {
            if (name.equals(ServerEvents.STOPPING)) {
                task.run();
            }
        });
        return () -> events.ifPresent(ServerEvents::unregister);
    }

    @Override
    public Optional<String> gridAddress() {
        return GridPort.address();
    }

    @Override
    public Runnable shortenLogOfGoneClients() {
        List<GoneClients> installed = GoneClients.install();
        return () -> installed.forEach(GoneClients::remove);
    }

    @Override
    public HttpServletRequest forContainer(HttpServletRequest request, GatewaySockets sockets, Encoding encoding) {
        return tyrus ? new GuardedUpgradeRequest(request, sockets, encoding) : request;
    }

    @Override
    public String remoteAddress(Session session) {
        return tyrus && session instanceof TyrusSession tyrus ? tyrus.getRemoteAddr() : "unknown";
    }
}
