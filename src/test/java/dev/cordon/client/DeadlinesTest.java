package dev.cordon.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    @Test
    @DisplayName("a callback that interrupts the thread of the deadlines does not end it")
    void anInterruptDoesNotEndIt() throws Exception {
        Deadlines deadlines = new Deadlines();
        CountDownLatch expired = new CountDownLatch(3);
        deadlines.watch(now -> {
            expired.countDown();
            Thread.currentThread().interrupt();
            return 1;
        });
        Thread thread = new Thread(deadlines, "deadlines");
        thread.start();
        try {
            deadlines.expect(System.nanoTime());

            Assertions.assertThat(expired.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            deadlines.end();
            thread.join(TimeUnit.SECONDS.toMillis(10));
        }
    }
}
