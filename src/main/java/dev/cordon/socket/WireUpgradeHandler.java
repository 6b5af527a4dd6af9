package dev.cordon.socket;

import dev.cordon.socket.Underlay.DirectWire;
import dev.cordon.socket.Underlay.RawConnection;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the container hands over a connection whose handshake {@link Engine} has answered. */
public class WireUpgradeHandler implements HttpUpgradeHandler {
    private @Nullable Gateway gateway;
    private String remoteAddress = "unknown";
    private Optional<RawConnection> raw = Optional.empty();
    private boolean past;
    private volatile boolean destroyed;
    private volatile @Nullable WireSocket socket;

    /** What the container cannot pass on; before it calls {@link #init}. */
    void serve(Gateway by, String from, Optional<RawConnection> over, boolean goPast) {
        gateway = by;
        remoteAddress = from;
        raw = over;
        past = goPast;
    }

    @Override
    public void init(WebConnection connection) {
        Gateway to = gateway;
        if (to == null) {
            throw new IllegalStateException("upgraded by somebody else");
        }
        try {
            Optional<DirectWire> direct = past ? raw.flatMap(known -> known.takeOver(this)) : Optional.empty();
            if (direct.isPresent()) {
                WireSocket opened = opened(direct.get(), to);
                receiveEarly(connection.getInputStream(), opened);
                direct.get().start(opened);
                raw = Optional.empty();
            } else {
                ServletWire wire = new ServletWire(connection, raw, this::closed);
                socket = opened(wire, to);
                wire.start(socket);
            }
        } catch (IOException e) {
            to.failed(e);
            destroy();
        }
    }

    private WireSocket opened(Wire wire, Gateway to) {
        WireSocket opened = new WireSocket(wire, to, remoteAddress);
        opened.open();
        return opened;
    }

    /** What came in the same read as the handshake, and the container has already taken off the socket. */
    private static void receiveEarly(InputStream input, WireSocket to) throws IOException {
        int early = input.available();
        if (early > 0) {
            byte[] bytes = input.readNBytes(early);
            to.received(bytes, 0, bytes.length);
        }
    }

    /** A peer that breaks off before the upgrade is done leaves a request that the container takes for none of its upgrades. */
    private void closed() {
        if (!destroyed) {
            raw.ifPresent(known -> known.forget(this));
        }
    }

    @Override
    public void destroy() {
        destroyed = true;
        WireSocket of = socket;
        if (of != null) {
            of.lost();
        }
    }
}
