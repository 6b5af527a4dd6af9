package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import dev.cordon.log.GroupLimits;
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
        String prefix = prefix();
        prefixes.add(prefix);
        return log(prefix, retention, clock);
    }

    private GridUserLog log(String prefix, Supplier<Retention> retention, Clock clock) {
        GridUserLog log = new GridUserLog(GRID.member("a"), prefix, TestGrid.KEYS, retention, clock, KEY_WINDOW);
        logs.add(log);
        return log;
    }

    /** The groups as one of two nodes sees them, beside the last log. */
    GridUserGroups groups(String node, Supplier<GroupLimits> limits) {
        return new GridUserGroups(
                GRID.member(node), prefixes.get(prefixes.size() - 1), TestGrid.KEYS, limits, Integer.MAX_VALUE);
    }

    /** Name of a structure of the last log. */
    String structure(String name) {
        return prefixes.get(prefixes.size() - 1) + name;
    }

    /** The start of all names of a log that no test has used. */
    static String prefix() {
        GRID.member("a");
        GRID.member("b");
        return GridUserLog.PREFIX + "test" + opened++ + ".";
    }

    /** One of the two members, {@code a} or {@code b}. */
    static HazelcastInstance member(String node) {
        return GRID.member(node);
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
