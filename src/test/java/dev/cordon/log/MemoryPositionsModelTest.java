package dev.cordon.log;

import java.time.Clock;
import java.util.function.Supplier;

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
}
