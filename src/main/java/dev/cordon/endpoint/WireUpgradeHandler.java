package dev.cordon.endpoint;

import dev.cordon.endpoint.ServerConnections.DirectWire;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.protocol.Encoding;
import dev.cordon.websocket.WebSocketConnection;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The upgrade handler to which the container hands a connection whose handshake {@link TransportSelector} answered. */
public class WireUpgradeHandler implements HttpUpgradeHandler {
    private @Nullable GatewaySockets sockets;
    private Encoding encoding = Encoding.JSON;
    private String remoteAddress = "unknown";
    private Map<String, String> headers = Map.of();
    private boolean compressed;
    private Optional<RawConnection> raw = Optional.empty();
    private boolean past;
    private volatile boolean destroyed;
    private volatile @Nullable WebSocketConnection socket;

    /** Sets what the container cannot pass on. Call it before the container calls {@link #init}. */
    void serve(
            GatewaySockets by,
            Encoding in,
            String from,
            Map<String, String> headersForHooks,
            boolean compression,
            Optional<RawConnection> over,
            boolean goPast) {
        sockets = by;
        encoding = in;
        remoteAddress = from;
        headers = headersForHooks;
        compressed = compression;
        raw = over;
        past = goPast;
    }

    @Override
    public void init(WebConnection connection) {
        GatewaySockets to = sockets;
        if (to == null) {
            throw new IllegalStateException("upgraded by somebody else");
        }
        try {
            Optional<DirectWire> direct = past ? raw.flatMap(known -> known.takeOver(this)) : Optional.empty();
            if (direct.isPresent()) {
                WebSocketConnection opened = to.open(direct.get(), encoding, remoteAddress, compressed, headers);
                socket = opened;
                receiveEarly(connection.getInputStream(), opened);
                direct.get().start(opened);
                socket = null;
                raw = Optional.empty();
            } else {
                ServletWire wire = new ServletWire(connection, raw, this::closed);
                socket = to.open(wire, encoding, remoteAddress, compressed, headers);
                wire.start(socket);
            }
        } catch (IOException e) {
            to.gateway().failed(e);
            destroy();
        }
    }

    /** Passes on the bytes that came in the same read as the handshake, and that the container has read already. */
    private static void receiveEarly(InputStream input, WebSocketConnection to) throws IOException {
        int early = input.available();
        if (early > 0) {
            byte[] bytes = input.readNBytes(early);
            to.received(bytes, 0, bytes.length);
        }
    }

    /**
     * Makes the container forget this handler after the wire has closed. Otherwise the request of a peer that breaks
     * off during the upgrade would stay: the container does not recognise it as an upgrade.
     */
    private void closed() {
        // If the container does not release this object, it retains nothing else with it.
        socket = null;
        if (!destroyed) {
            raw.ifPresent(known -> known.forget(this));
        }
    }

    @Override
    public void destroy() {
        destroyed = true;
        WebSocketConnection of = socket;
        socket = null;
        if (of != null) {
            of.lost();
        }
    }
}
