package dev.cordon.grid;

import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.log.UserLogContract;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

class GridUserLogContractTest extends UserLogContract {
    private final TestGridLog logs = new TestGridLog();

    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return logs.open(retention, clock);
    }

    @Override
    protected Duration remembered() {
        return Retention.DEFAULT_POSITION_TIME_TO_LIVE;
    }

    @AfterEach
    void close() {
        logs.close();
    }
}
