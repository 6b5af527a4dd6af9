package dev.cordon.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.upkeep.Drain;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NodeDrainTest {
    private final ConsoleNode node = new ConsoleNode();
    private final CompletableFuture<Thread> drainer = new CompletableFuture<>();
    private final Drain drain = new Drain(
            node.kpis.node.factory,
            () -> {
                drainer.complete(Thread.currentThread());
                return Duration.ofMillis(1);
            },
            step -> {});

    @Test
    void theThreadOfADrainDoesNotKeepTheProcessAlive() throws InterruptedException {
        Thread caller = new Thread(() -> new NodeDrain(node.sources, drain).begin("here", "ops"));
        caller.setDaemon(false);

        caller.start();
        caller.join();

        assertThat(drainer)
                .succeedsWithin(Duration.ofSeconds(10))
                .satisfies(thread -> assertThat(thread.isDaemon()).isTrue())
                .isNotSameAs(caller);
    }
}
