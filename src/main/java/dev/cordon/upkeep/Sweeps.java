package dev.cordon.upkeep;

import dev.cordon.log.UserLog;
import dev.cordon.manager.Limits;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.publish.Idempotency;
import java.time.Clock;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The sweeps of a cleanup, in their order. */
public final class Sweeps {
    private Sweeps() {}

    public static List<Sweep> of(
            WebSocketManagerFactory factory,
            Supplier<Limits> limits,
            UserLog log,
            Idempotency idempotency,
            Clock clock) {
        return List.of(
                new StrayConnectionSweep(factory, clock),
                new IdleSweep(factory, limits),
                new LogSweep(log, factory),
                removing("idempotency-keys", idempotency::sweep));
    }

    /** A sweep that removes everything that it finds. */
    public static Sweep removing(String name, LongSupplier removal) {
        return new Sweep() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Found run() {
                long removed = removal.getAsLong();
                return new Found(removed, removed);
            }
        };
    }
}
