package dev.cordon.payara;

import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.PendingUpgrades;
import dev.cordon.protocol.Encoding;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * Tyrus's upgrade handler with two guards:
 *
 * <ul>
 * <li>It sees only what {@link CheckedInput} passes on.
 * <li>Early data waits until {@code init} has returned. In Tyrus's own handler, a frame in the same read as the
 *     handshake makes {@code init} wait for itself. That parks the HTTP thread for ever.
 * </ul>
 */
public class GuardedUpgradeHandler extends TyrusHttpUpgradeHandler implements PendingUpgrades.Upgrade {
    private enum Phase {
        INITIALISING,
        DATA_WAITS,
        OPEN
    }

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.INITIALISING);

    private volatile Encoding encoding = Encoding.JSON;
    private volatile @Nullable GatewaySockets sockets;
    private volatile @Nullable WebConnection wire;

    /** Sets the sockets that this upgrade's socket belongs to. Their bounds apply to its input. */
    void guardedFor(GatewaySockets all, Encoding in) {
        encoding = in;
        sockets = all;
        all.pending().begun(this);
    }

    @Override
    public void init(WebConnection connection) {
        wire = connection;
        GatewaySockets all = sockets;
        super.init(all == null ? connection : checked(connection, all));
        if (all != null) {
            all.pending().opened(this);
        }
        if (phase.getAndSet(Phase.OPEN) == Phase.DATA_WAITS) {
            super.onDataAvailable();
        }
    }

    private WebConnection checked(WebConnection connection, GatewaySockets all) {
        try {
            return new CheckedConnection(
                    connection,
                    new CheckedInput(
                            connection.getInputStream(),
                            encoding.binary(),
                            all.webSockets().partialMessages(),
                            all.gateway()::nanos,
                            this::abandon));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onDataAvailable() {
        if (!phase.compareAndSet(Phase.INITIALISING, Phase.DATA_WAITS) && phase.get() == Phase.OPEN) {
            super.onDataAvailable();
        }
    }

    /** Closes the connection, for example of an upgrade that failed. */
    @Override
    public void abandon() {
        WebConnection connection = wire;
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (Exception e) {
            System.getLogger(GuardedUpgradeHandler.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            "An abandoned upgrade was gone: {0}",
                            e.getClass().getSimpleName());
        }
    }
}
