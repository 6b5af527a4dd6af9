package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A blocking wait for one write. */
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

    /** Waits for the write. False if it fails, takes longer, or the thread is interrupted; the interrupt stays set. */
    boolean succeedsWithin(Duration timeout) {
        try {
            return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS) && !failed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
