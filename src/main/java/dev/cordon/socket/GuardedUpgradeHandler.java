package dev.cordon.socket;

import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * Tyrus's handler, which sees only what {@link CheckedInput} passes on, and without its trap: a frame that arrives in the same read as the handshake makes {@code init} wait for itself and
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
    private volatile @Nullable Gateway gateway;
    private volatile @Nullable WebConnection wire;

    /** Tells who must hear when this upgrade has become a connection. */
    void watchedBy(PendingUpgrades watch) {
        pending = watch;
        watch.begun(this);
    }

    /** Tells whose bounds its input has. */
    void checkedBy(Gateway by) {
        gateway = by;
    }

    @Override
    public void init(WebConnection connection) {
        wire = connection;
        Gateway by = gateway;
        super.init(by == null ? connection : checked(connection, by));
        PendingUpgrades watch = pending;
        if (watch != null) {
            watch.opened(this);
        }
        if (phase.getAndSet(Phase.OPEN) == Phase.DATA_WAITS) {
            super.onDataAvailable();
        }
    }

    private WebConnection checked(WebConnection connection, Gateway by) {
        try {
            return new CheckedConnection(
                    connection, new CheckedInput(connection.getInputStream(), by.halves, by.ticker, this::abandon));
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
