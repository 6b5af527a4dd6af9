package dev.cordon.grid;

import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.log.UserLogModelContract;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;

class GridUserLogModelTest extends UserLogModelContract {
    private static final TestGridLog LOGS = new TestGridLog();

    /** Empties the one log: the walks run one after the other. */
    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return LOGS.again(retention, clock);
    }

    @Override
    protected boolean keepsAcknowledgementsOfNothing() {
        return false;
    }

    /** Fewer walks than in memory: each step takes a hundred times as long. */
    @Override
    @Property(tries = 20)
    @Label("F20 a read is complete or says that it is not, and is never called incomplete without need")
    public void neverReturnsAPartialReadAsComplete(@ForAll("walks") List<Step> walk) {
        super.neverReturnsAPartialReadAsComplete(walk);
    }
}
