package dev.cordon.manager;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps what a queue tells. Thread-safe. */
final class RecordingListener implements OutboundQueue.Listener {
    final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    final AtomicInteger idles = new AtomicInteger();

    @Override
    public void writeFailed(Throwable cause) {
        failure.set(cause);
    }

    @Override
    public void allWritten() {
        idles.incrementAndGet();
    }
}
