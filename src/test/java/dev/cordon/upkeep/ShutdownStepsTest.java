package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShutdownStepsTest {
    @Test
    @DisplayName("S3: a shutdown step that waits for a lock which a duty never releases is abandoned and logged")
    void s3_abandonsAStepThatWaitsForALock() throws InterruptedException {
        Object lock = new Object();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Thread duty = new Thread(() -> {
            synchronized (lock) {
                held.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        duty.start();
        held.await();

        List<LogRecord> told = LogLines.of(
                ShutdownSteps.class,
                () -> ShutdownSteps.run("the sweep", Duration.ofMillis(50), () -> {
                    synchronized (lock) {
                        never.countDown();
                    }
                }));

        assertThat(told)
                .singleElement()
                .satisfies(
                        line -> assertThat(line.getMessage()).startsWith("Stopping: the sweep has not ended within"));
        never.countDown();
        duty.join();
    }

    @Test
    void logsAStepThatFailsAndRunsTheNext() {
        AtomicBoolean next = new AtomicBoolean();

        List<LogRecord> told = LogLines.of(ShutdownSteps.class, () -> {
            ShutdownSteps.run("first", Duration.ofMinutes(1), () -> {
                throw new NoClassDefFoundError("gone");
            });
            ShutdownSteps.run("second", Duration.ofMinutes(1), () -> next.set(true));
        });

        assertThat(told)
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).startsWith("Stopping: first has failed"));
        assertThat(next).isTrue();
    }
}
