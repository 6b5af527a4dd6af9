package dev.cordon.grid;

import dev.cordon.log.LifetimeContract;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import java.time.Clock;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

class GridLifetimeTest extends LifetimeContract {
    private final TestGridLog logs = new TestGridLog();

    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return logs.open(retention, clock);
    }

    @AfterEach
    void close() {
        logs.close();
    }
}
