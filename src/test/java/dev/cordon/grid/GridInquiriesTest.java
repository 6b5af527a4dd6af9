package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Inquiries;
import dev.cordon.cluster.InquiriesContract;
import dev.cordon.cluster.UserHash;
import dev.cordon.cluster.Wakeup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Questions between nodes in maps of real members. */
class GridInquiriesTest extends InquiriesContract {
    private static final TestGrid GRID = new TestGrid(3);

    private final AtomicLong time = new AtomicLong(1_000_000);
    private final List<Wakeup> wakeups = new ArrayList<>();

    @BeforeEach
    void start() {
        List.of("a", "b", "c").forEach(GRID::member);
        GRID.clear();
    }

    @AfterEach
    void stop() {
        wakeups.forEach(Wakeup::close);
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
    protected Hints hints(String node) {
        Hints hints = new Hints();
        CountDownLatch listens = new CountDownLatch(1);
        Wakeup wakeup = new GridWakeup(GRID.member(node), TestGrid.KEYS, new ClusterCounters());
        wakeups.add(wakeup);
        wakeup.listen(new Wakeup.Hearer() {
            @Override
            public void listening(String secret) {
                listens.countDown();
            }

            @Override
            public void woken(Collection<UserHash> users) {}

            @Override
            public void unsure() {}

            @Override
            public void ordered() {}

            @Override
            public void asked() {
                hints.heard.add("*");
            }

            @Override
            public void answered(String question) {
                hints.heard.add(question);
            }

            @Override
            public void probed(Collection<UserHash> users) {}
        });
        try {
            assertThat(listens.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return hints;
    }
}
