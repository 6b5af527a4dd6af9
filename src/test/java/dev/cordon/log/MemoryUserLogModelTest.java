package dev.cordon.log;

import java.time.Clock;
import java.util.function.Supplier;

class MemoryUserLogModelTest extends UserLogModelContract {
    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return new MemoryUserLog(retention, clock);
    }

    @Override
    protected boolean keepsAcknowledgementsOfNothing() {
        return false;
    }
}
