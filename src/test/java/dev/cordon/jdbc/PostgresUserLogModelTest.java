package dev.cordon.jdbc;

import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.log.UserLogModelContract;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;

class PostgresUserLogModelTest extends UserLogModelContract {
    private static final TestDatabase DATABASE = TestDatabase.postgres();
    private static final String URL = DATABASE.fresh();

    /** Empties the one schema: the walks run one after the other. */
    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        UserLog log = DATABASE.open(URL, retention, clock);
        TestDatabase.empty(URL);
        return log;
    }

    @Override
    protected boolean keepsAcknowledgementsOfNothing() {
        return false;
    }

    /** Fewer walks than in memory: each step takes a hundred times as long. */
    @Override
    @Property(tries = 60)
    @Label("F20 a read is complete or says that it is not, and is never called incomplete without need")
    public void neverReturnsAPartialReadAsComplete(@ForAll("walks") List<Step> walk) {
        super.neverReturnsAPartialReadAsComplete(walk);
    }

    @AfterTry
    void close() {
        DATABASE.close();
    }
}
