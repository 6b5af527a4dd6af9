package dev.cordon.grid;

import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.log.UserLogRaceContract;
import java.time.Clock;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

class GridUserLogRaceTest extends UserLogRaceContract {
    private final TestGridLog logs = new TestGridLog();

    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return logs.open(retention, clock);
    }

    @Override
    protected int appends(int inMemory) {
        return Math.min(inMemory, 500);
    }

    @AfterEach
    void close() {
        logs.close();
    }
}
