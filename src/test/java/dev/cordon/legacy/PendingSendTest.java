package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PendingSendTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final PendingSend send = new PendingSend();

    @Test
    void aFailureEndsTheWait() {
        send.failed(new IllegalStateException("peer is gone"));

        assertThat(send.succeedsWithin(LONG)).isFalse();
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() {
        Thread.currentThread().interrupt();

        boolean succeeded = send.succeedsWithin(LONG);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(succeeded).isFalse();
    }
}
