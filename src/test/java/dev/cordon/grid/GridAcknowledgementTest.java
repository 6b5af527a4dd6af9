package dev.cordon.grid;

import dev.cordon.log.AcknowledgementContract;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import java.time.Clock;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

class GridAcknowledgementTest extends AcknowledgementContract {
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
