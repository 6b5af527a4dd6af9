package dev.cordon.socket;

import jakarta.servlet.http.WebConnection;
import java.util.concurrent.atomic.AtomicReference;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * Tyrus's handler without its trap: a frame that arrives in the same read as the handshake makes {@code init} wait for itself and
 * parks the HTTP thread for ever. Here early data is put off until {@code init} has returned.
 */
public class GuardedUpgradeHandler extends TyrusHttpUpgradeHandler {
    private enum Phase {
        INITIALISING,
        DATA_WAITS,
        OPEN
    }

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.INITIALISING);

    private volatile @Nullable PendingUpgrades pending;
    private volatile @Nullable WebConnection wire;

    /** Tells who must hear when this upgrade has become a connection. */
    void watchedBy(PendingUpgrades watch) {
        pending = watch;
        watch.begun(this);
    }

    @Override
    public void init(WebConnection connection) {
        wire = connection;
        super.init(connection);
        PendingUpgrades watch = pending;
        if (watch != null) {
            watch.opened(this);
        }
        if (phase.getAndSet(Phase.OPEN) == Phase.DATA_WAITS) {
            super.onDataAvailable();
        }
    }

    @Override
    public void onDataAvailable() {
        if (!phase.compareAndSet(Phase.INITIALISING, Phase.DATA_WAITS) && phase.get() == Phase.OPEN) {
            super.onDataAvailable();
        }
    }

    /** Frees the socket of an upgrade that came to nothing. */
    void abandon() {
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
