package dev.cordon.grid;

import dev.cordon.log.PositionsModelContract;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;

class GridPositionsModelTest extends PositionsModelContract {
    private static final TestGridLog LOGS = new TestGridLog();

    /** Empties the one log: the walks run one after the other. */
    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return LOGS.again(retention, clock);
    }

    /** Room for two and a half channels. */
    @Override
    protected long totalMaxBytes() {
        return 5 * GridUserLog.CHANNEL_BYTES / 2;
    }

    /** Fewer walks than in memory: each step takes a hundred times as long. */
    @Override
    @Property(tries = 20)
    @Label("L4: no read is called complete when a publication is lost, and no offset is given twice in an epoch")
    public void neverReportsALossAsComplete(@ForAll("walks") List<Step> walk) {
        super.neverReportsALossAsComplete(walk);
    }
}
