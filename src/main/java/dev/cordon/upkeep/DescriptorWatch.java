package dev.cordon.upkeep;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A watch that warns when the process is about to run out of file descriptors: the server then rejects new connections without a log line. It
 * warns once, and again only after descriptors were free in between. Confined to its timer.
 */
public final class DescriptorWatch implements Runnable {
    /** Counting them takes a few milliseconds at 20,000. */
    public static final Duration PERIOD = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(DescriptorWatch.class.getName());

    private final LongSupplier open;
    private final LongSupplier most;
    private boolean told;

    /** @param most descriptors that may be open; 0 if unknown */
    DescriptorWatch(LongSupplier open, LongSupplier most) {
        this.open = open;
        this.most = most;
    }

    /** A watch of this process. It is silent on a system that does not count descriptors. */
    public static DescriptorWatch ofThisProcess() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? new DescriptorWatch(system::getOpenFileDescriptorCount, system::getMaxFileDescriptorCount)
                : new DescriptorWatch(() -> 0, () -> 0);
    }

    @Override
    public void run() {
        long now = open.getAsLong();
        long limit = most.getAsLong();
        if (limit <= 0) {
            return;
        }
        if (!told && now >= limit - limit / 20) {
            told = true;
            LOG.log(
                    Level.WARNING,
                    "{0} of {1} file descriptors are open; at the limit, new connections are rejected: raise LimitNOFILE"
                            + " (ulimit -n)",
                    Long.toString(now),
                    Long.toString(limit));
        } else if (now < limit - limit / 10) {
            told = false;
        }
    }
}
