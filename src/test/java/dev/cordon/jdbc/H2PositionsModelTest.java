package dev.cordon.jdbc;

import dev.cordon.log.PositionsModelContract;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;

class H2PositionsModelTest extends PositionsModelContract {
    private static final TestDatabase DATABASE = TestDatabase.h2();
    private static final String URL = DATABASE.fresh();

    /** Empties the one schema: the walks run one after the other. */
    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        UserLog log = DATABASE.open(URL, retention, clock);
        TestDatabase.empty(URL);
        return log;
    }

    /** Bytes of payload for two and a half publications. */
    @Override
    protected long totalMaxBytes() {
        return 50;
    }

    /** Fewer walks than in memory: each step takes a hundred times as long. */
    @Override
    @Property(tries = 40)
    @Label("L4: no read is called complete when a publication is lost, and no offset is given twice in an epoch")
    public void neverReportsALossAsComplete(@ForAll("walks") List<Step> walk) {
        super.neverReportsALossAsComplete(walk);
    }

    @AfterTry
    void close() {
        DATABASE.close();
    }
}
