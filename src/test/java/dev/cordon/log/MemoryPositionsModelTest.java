package dev.cordon.log;

import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;

class MemoryPositionsModelTest extends PositionsModelContract {
    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return new MemoryUserLog(retention, clock);
    }

    /** Room for two and a half channels. */
    @Override
    protected long totalMaxBytes() {
        return 5 * MemoryChannel.BYTES / 2;
    }

    /** In memory only: a log in a database learns of a reader no earlier than at the next sweep. */
    @Property(tries = 500)
    @Label("L4: a read that lost nothing is called complete, for as long as its channel is remembered")
    public void reportsAReadThatLostNothingAsComplete(@ForAll("walks") List<Step> walk) {
        play(walk, Long.MAX_VALUE / 2);
    }
}
