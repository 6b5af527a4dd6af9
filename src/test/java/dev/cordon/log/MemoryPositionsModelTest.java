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

    /** For two channels and a half. */
    @Override
    protected long totalMaxBytes() {
        return 5 * MemoryChannel.BYTES / 2;
    }

    /** A database is not told of every reader at once: there it holds for readers that a sweep has met. */
    @Property(tries = 500)
    @Label("L4: a position from which nothing is lost is told complete, for as long as channels are kept in mind")
    public void saysSoWhenNothingIsLost(@ForAll("walks") List<Step> walk) {
        play(walk, Long.MAX_VALUE / 2);
    }
}
