package dev.cordon.grid;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Inquiries;
import dev.cordon.cluster.InquiriesContract;
import dev.cordon.cluster.Wakeup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/** Questions between nodes in maps of real members. */
class GridInquiriesTest extends InquiriesContract {
    private static final TestGrid GRID = new TestGrid(3);

    private final AtomicLong time = new AtomicLong(1_000_000);

    @BeforeEach
    void start() {
        List.of("a", "b", "c").forEach(GRID::member);
        GRID.clear();
    }

    @AfterAll
    static void end() {
        GRID.close();
    }

    @Override
    protected Inquiries node(String id) {
        // Each question is a moment later than the one before: that is their order.
        return new GridInquiries(GRID.member(id), TestGrid.KEYS, id, time::incrementAndGet);
    }

    @Override
    protected void age(Duration by) {
        time.addAndGet(by.toMillis());
    }

    @Override
    protected int held() {
        return GRID.member("a").getMap(GridInquiries.QUESTIONS).size()
                + GRID.member("a").getMap(GridInquiries.ANSWERS).size();
    }

    @Override
    protected Wakeup wakeup(String node) {
        return new GridWakeup(GRID.member(node), TestGrid.KEYS, new ClusterCounters());
    }
}
