package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Counters;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.Limits;
import dev.cordon.manager.WebSocketManagerFactory;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RemoteOrdersTest {
    /** Fails on the first read. */
    private static final class FailingOnce implements Orders {
        private final Throwable failure;
        private int reads;

        FailingOnce(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public void send(DisconnectOrder order) {}

        @Override
        public List<Received> fresh() {
            reads++;
            if (reads == 1) {
                RemoteOrdersTest.<RuntimeException>sneakily(failure);
            }
            return List.of();
        }

        @Override
        public void sweep() {}
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakily(Throwable failure) throws T {
        throw (T) failure;
    }

    static List<Throwable> failures() {
        return List.of(
                new LogUnavailableException("away"),
                new IllegalStateException("a fault"),
                new AssertionError("a fault"),
                new NoClassDefFoundError("gone"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void readsAgainAtTheNextHintWhateverFailed(Throwable failure) {
        FailingOnce orders = new FailingOnce(failure);
        Queue<Runnable> tasks = new ArrayDeque<>();
        RemoteOrders remote = new RemoteOrders(
                orders,
                new WebSocketManagerFactory(
                        () -> Limits.DEFAULTS, new Counters(), new IsolationGuard(new Counters()), System::nanoTime),
                tasks::add);

        remote.begin();
        tasks.remove().run();
        remote.begin();
        tasks.remove().run();

        assertThat(orders.reads).isEqualTo(2);
    }
}
