package dev.cordon.log;

import java.time.Clock;
import java.util.function.Supplier;

class MemoryLifetimeTest extends LifetimeContract {
    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return new MemoryUserLog(retention, clock);
    }
}
