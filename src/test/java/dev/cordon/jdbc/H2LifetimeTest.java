package dev.cordon.jdbc;

import dev.cordon.log.LifetimeContract;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import java.time.Clock;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

class H2LifetimeTest extends LifetimeContract {
    private final TestDatabase database = TestDatabase.h2();

    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return database.open(retention, clock);
    }

    @AfterEach
    void close() {
        database.close();
    }
}
