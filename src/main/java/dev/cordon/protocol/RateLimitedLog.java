package dev.cordon.protocol;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A rate limiter for log lines that clients cause. Each cause gets one line every {@link #EVERY}, with the count of
 * lines left out. At most {@link #MAX_CAUSES} causes have a limit of their own; all others share one. A line has no
 * line break and at most {@link #MAX_CHARS} characters. Thread-safe, without a lock.
 */
public final class RateLimitedLog {
    /** Least time between two lines of one cause. */
    public static final Duration EVERY = Duration.ofSeconds(10);

    static final int MAX_CAUSES = 64;
    static final int MAX_CHARS = 500;

    private final System.Logger logger;
    private final LongSupplier nanos;
    private final ConcurrentHashMap<String, Cause> causes = new ConcurrentHashMap<>();
    private final Cause others;

    /** @param logger receives the lines */
    public RateLimitedLog(System.Logger logger) {
        this(logger, System::nanoTime);
    }

    /** @param nanos clock like {@link System#nanoTime()} */
    public RateLimitedLog(System.Logger logger, LongSupplier nanos) {
        this.logger = logger;
        this.nanos = nanos;
        this.others = new Cause(nanos.getAsLong());
    }

    private static final class Cause {
        final AtomicLong due;
        final AtomicLong leftOut = new AtomicLong();

        Cause(long now) {
            due = new AtomicLong(now);
        }
    }

    /** @param cause key of the limit, from a closed set such as the texts of rejections; never a text of the client */
    public void warn(String cause, String line) {
        log(Level.WARNING, cause, line);
    }

    public void log(Level level, String cause, String line) {
        long now = nanos.getAsLong();
        Cause each = of(cause, now);
        long due = each.due.get();
        if (now - due < 0 || !each.due.compareAndSet(due, now + EVERY.toNanos())) {
            each.leftOut.incrementAndGet();
            return;
        }
        long leftOut = each.leftOut.getAndSet(0);
        String told = oneLine(line);
        logger.log(level, leftOut == 0 ? told : told + " (" + leftOut + " more like it since the last line)");
    }

    private Cause of(String cause, long now) {
        Cause known = causes.get(cause);
        if (known != null) {
            return known;
        }
        return causes.size() < MAX_CAUSES ? causes.computeIfAbsent(cause, name -> new Cause(now)) : others;
    }

    /** Removes line breaks and cuts the line: a client's text must neither forge a second line nor fill the log. */
    private static String oneLine(String line) {
        String cut = line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS) + "…" : line;
        return cut.replaceAll("[\\p{Cc}\\x{2028}\\x{2029}]", "?");
    }
}
