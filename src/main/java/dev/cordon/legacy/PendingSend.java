package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for one write, as a blocking send does. */
final class PendingSend implements Transport.Completion {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean failed;

    @Override
    public void written() {
        ended.countDown();
    }

    @Override
    public void failed(Throwable cause) {
        failed = true;
        ended.countDown();
    }

    /** False when it failed, took longer, or the thread was interrupted, which it stays. */
    boolean succeedsWithin(Duration timeout) {
        try {
            return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS) && !failed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
