package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.UserId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WakeupQueueTest {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<List<UserId>> sent = new ArrayList<>();
    private final List<Throwable> lost = new ArrayList<>();

    private void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    @DisplayName("users who come before a wakeup begins share it, each named once")
    void shareAWakeup() {
        WakeupQueue queue = new WakeupQueue(tasks::add, sent::add, lost::add);

        queue.add(List.of(ALICE));
        queue.add(List.of(ALICE, BOB));
        run();

        assertThat(sent).hasSize(1);
        assertThat(sent.get(0)).containsExactlyInAnyOrder(ALICE, BOB);
    }

    @Test
    @DisplayName("a user who comes while a wakeup is under way comes in the next one")
    void comesInTheNextWakeup() {
        WakeupQueue[] queue = new WakeupQueue[1];
        queue[0] = new WakeupQueue(
                tasks::add,
                users -> {
                    sent.add(users);
                    if (sent.size() == 1) {
                        queue[0].add(List.of(ALICE));
                    }
                },
                lost::add);

        queue[0].add(List.of(ALICE));
        run();

        assertThat(sent).containsExactly(List.of(ALICE), List.of(ALICE));
    }

    @Test
    @DisplayName("a wakeup that fails is told, and the next one is sent")
    void goesOnAfterAFailure() {
        WakeupQueue queue = new WakeupQueue(
                tasks::add,
                users -> {
                    sent.add(users);
                    throw new java.io.IOException("no");
                },
                lost::add);

        queue.add(List.of(ALICE));
        run();
        queue.add(List.of(BOB));
        run();

        assertThat(sent).containsExactly(List.of(ALICE), List.of(BOB));
        assertThat(lost).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("users whom no thread could wake come in the next wakeup")
    void keepsWhomNoThreadCouldWake(boolean unavailable) {
        boolean[] full = {true};
        WakeupQueue queue = new WakeupQueue(
                task -> {
                    if (full[0]) {
                        throw unavailable ? new LogUnavailableException("full") : new RejectedExecutionException();
                    }
                    tasks.add(task);
                },
                sent::add,
                lost::add);

        queue.add(List.of(ALICE));
        assertThat(lost).hasSize(1);
        full[0] = false;
        queue.add(List.of(BOB));
        run();

        assertThat(sent).hasSize(1);
        assertThat(sent.get(0)).containsExactlyInAnyOrder(ALICE, BOB);
    }
}
