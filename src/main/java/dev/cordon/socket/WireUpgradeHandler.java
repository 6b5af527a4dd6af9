package dev.cordon.socket;

import dev.cordon.socket.Underlay.RawConnection;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the container hands over a connection whose handshake {@link Engine} has answered. */
public class WireUpgradeHandler implements HttpUpgradeHandler {
    private @Nullable Gateway gateway;
    private String remoteAddress = "unknown";
    private Optional<RawConnection> raw = Optional.empty();
    private volatile @Nullable WireSocket socket;

    /** What the container cannot pass on; before it calls {@link #init}. */
    void serve(Gateway by, String from, Optional<RawConnection> over) {
        gateway = by;
        remoteAddress = from;
        raw = over;
    }

    @Override
    public void init(WebConnection connection) {
        Gateway to = gateway;
        if (to == null) {
            throw new IllegalStateException("upgraded by somebody else");
        }
        try {
            ServletWire wire = new ServletWire(connection, raw);
            WireSocket opened = new WireSocket(wire, to, remoteAddress);
            socket = opened;
            opened.open();
            wire.start(opened);
        } catch (IOException e) {
            to.failed(e);
            destroy();
        }
    }

    @Override
    public void destroy() {
        WireSocket of = socket;
        if (of != null) {
            of.lost();
        }
    }
}
