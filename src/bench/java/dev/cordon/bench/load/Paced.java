package dev.cordon.bench.load;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Messages to users in turn, a thousand a second, whatever becomes of those before. */
final class Paced {
    private static final long INTERVAL_NANOS = 1_000_000;

    private final Loop loop;
    private final Crowd users;
    private final Publisher publisher;

    Paced(Loop loop, Crowd users, Publisher publisher) {
        this.loop = loop;
        this.users = users;
        this.publisher = publisher;
    }

    /** @param also is run after each message */
    void run(double seconds, @Nullable Histogram into, Runnable also) {
        users.record(into);
        long due = System.nanoTime() + INTERVAL_NANOS;
        long end = due + (long) (seconds * 1e9);
        long next = 0;
        while (due < end) {
            if (due <= System.nanoTime()) {
                publisher.publish(users.user(next++), due);
                publisher.flush();
                due += INTERVAL_NANOS;
                also.run();
            }
            loop.spin();
        }
        loop.until(() -> publisher.outstanding() == 0, 10);
        loop.until(() -> false, 0.1);
        users.record(null);
    }
}
