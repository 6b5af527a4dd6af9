package dev.cordon.upkeep;

import dev.cordon.manager.Connection;
import dev.cordon.manager.WebSocketManagerFactory;
import java.time.Clock;

/** A sweep that closes connections past a deadline. The tick should have closed them; this checks every connection once more. */
final class StrayConnectionSweep implements Sweep {
    private final WebSocketManagerFactory factory;
    private final Clock clock;

    StrayConnectionSweep(WebSocketManagerFactory factory, Clock clock) {
        this.factory = factory;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "overdue-connections";
    }

    @Override
    public Found run() {
        long found = 0;
        long removed = 0;
        for (Connection connection : factory.connections()) {
            if (connection.tick(clock.instant())) {
                found++;
                removed += factory.find(connection.id()).isEmpty() ? 1 : 0;
            }
        }
        return new Found(found, removed);
    }
}
