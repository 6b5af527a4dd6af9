package dev.cordon.grid;

import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Logs on a data grid of two real members, which all tests of a process share. Each log has structures of its own. */
final class TestGridLog implements AutoCloseable {
    static final Duration KEY_WINDOW = Duration.ofMinutes(5);

    private static final TestGrid GRID = new TestGrid(2);
    private static int opened;

    private final List<GridUserLog> logs = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();

    GridUserLog open(Supplier<Retention> retention, Clock clock) {
        GRID.member("a");
        GRID.member("b");
        String prefix = GridUserLog.PREFIX + "test" + opened++ + ".";
        prefixes.add(prefix);
        return log(prefix, retention, clock);
    }

    private GridUserLog log(String prefix, Supplier<Retention> retention, Clock clock) {
        GridUserLog log = new GridUserLog(GRID.member("a"), prefix, TestGrid.KEYS, retention, clock, KEY_WINDOW);
        logs.add(log);
        return log;
    }

    /** An empty log in the structures of the one before. */
    UserLog again(Supplier<Retention> retention, Clock clock) {
        if (prefixes.isEmpty()) {
            return open(retention, clock);
        }
        logs.forEach(GridUserLog::close);
        logs.clear();
        TestGrid.clear(GRID.member("a"), prefixes.get(0));
        return log(prefixes.get(0), retention, clock);
    }

    @Override
    public void close() {
        logs.forEach(GridUserLog::close);
        prefixes.forEach(prefix -> TestGrid.destroy(GRID.member("a"), prefix));
        logs.clear();
        prefixes.clear();
    }
}
