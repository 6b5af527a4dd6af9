package dev.cordon.upkeep;

import dev.cordon.manager.Connection;
import dev.cordon.manager.Limits;
import dev.cordon.manager.WebSocketManager;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Disconnect;
import java.util.function.Supplier;

/**
 * A sweep that closes connections of managers without a sign of life for {@link Limits#connectionTimeout()}. It closes a connection only if a
 * ping to it has stayed unanswered. Otherwise it pings, and the tick closes the connection later, so that no live session is closed for being
 * quiet.
 */
final class IdleSweep implements Sweep {
    private final WebSocketManagerFactory factory;
    private final Supplier<Limits> limits;

    IdleSweep(WebSocketManagerFactory factory, Supplier<Limits> limits) {
        this.factory = factory;
        this.limits = limits;
    }

    @Override
    public String name() {
        return "idle-managers";
    }

    @Override
    public Found run() {
        long timeout = limits.get().connectionTimeout().toNanos();
        long found = 0;
        long removed = 0;
        for (WebSocketManager manager : factory.managers()) {
            if (manager.silence() > timeout) {
                for (Connection connection : manager.connections()) {
                    if (ended(connection)) {
                        found++;
                        removed += factory.find(connection.id()).isEmpty() ? 1 : 0;
                    }
                }
            }
        }
        return new Found(found, removed);
    }

    private static boolean ended(Connection connection) {
        if (!connection.pingTimedOut()) {
            connection.ping();
            return false;
        }
        return connection.close(Disconnect.NO_PONG);
    }
}
