package dev.cordon.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.manager.HandTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallTimeTest {
    private final HandTime clock = new HandTime();
    private final CallTime time = new CallTime(Duration.ofSeconds(3), clock::nanos);
    private final AtomicInteger ran = new AtomicInteger();

    @AfterEach
    void takeNoInterruptAlong() {
        boolean unused = Thread.interrupted();
    }

    @Test
    void whatIsLeftIsNeverLessThanNothing() {
        clock.advance(Duration.ofSeconds(2));
        assertThat(time.left()).isEqualTo(Duration.ofSeconds(1));

        clock.advance(Duration.ofSeconds(2));
        assertThat(time.left()).isZero();
    }

    @Test
    void aTaskRunsOnceTheTimeIsOver() {
        time.onOver(ran::incrementAndGet);
        assertThat(ran).hasValue(0);

        assertThat(time.over()).isTrue();

        assertThat(ran).hasValue(1);
        assertThat(time.ended()).as("the call ends late").isTrue();
    }

    @Test
    void aTaskThatComesAfterTheTimeRunsAtOnce() {
        assertThat(time.over()).isTrue();

        time.onOver(ran::incrementAndGet);

        assertThat(ran).hasValue(1);
    }

    @Test
    void theTimeOfACallThatHasEndedIsNeverOver() {
        time.onOver(ran::incrementAndGet);
        assertThat(time.ended()).as("the call ends in time").isFalse();

        assertThat(time.over()).isFalse();

        assertThat(ran).hasValue(0);
    }

    @Test
    void theInterruptOfACallStaysWithTheCall() {
        CompletableFuture<Boolean> interrupted = time.within(() -> {
            assertThat(time.over()).isTrue();
            return CompletableFuture.completedStage(Thread.currentThread().isInterrupted());
        });

        assertThat(interrupted).isCompletedWithValue(true);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aCallThatThrowsLeavesNoInterruptEither() {
        CompletableFuture<Boolean> failed = time.within(() -> {
            assertThat(time.over()).isTrue();
            throw new IllegalStateException("interrupted");
        });

        assertThat(failed).isCompletedExceptionally();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThatThrownBy(() -> time.within(() -> {
                    Thread.currentThread().interrupt();
                    throw new OutOfMemoryError("made up");
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aThreadThatHasLeftIsNotInterrupted() {
        CompletableFuture<Boolean> pending = time.within(CompletableFuture::new);

        assertThat(time.over()).isTrue();

        assertThat(pending).isNotDone();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
