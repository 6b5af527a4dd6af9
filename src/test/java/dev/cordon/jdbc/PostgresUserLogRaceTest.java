package dev.cordon.jdbc;

import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.log.UserLogRaceContract;
import java.time.Clock;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

class PostgresUserLogRaceTest extends UserLogRaceContract {
    private final TestDatabase database = TestDatabase.postgres();

    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return database.open(retention, clock);
    }

    @Override
    protected int appends(int inMemory) {
        return Math.min(inMemory, 500);
    }

    @AfterEach
    void close() {
        database.close();
    }
}
