package dev.cordon;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;
import org.junit.jupiter.api.extension.Extension;

/**
 * Lets each {@code await()} of a test look at once, and again after 1, 2, 4 and up to 100 ms. Awaitility looks for the
 * first time after 100 ms, which the tests together waited for minutes. JUnit finds this class by its service file.
 */
public final class AwaitAtOnce implements Extension {
    private static final Duration FIRST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMillis(100);

    public AwaitAtOnce() {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(new IterativePollInterval(AwaitAtOnce::next, FIRST));
    }

    private static Duration next(Duration last) {
        Duration twice = last.multipliedBy(2);
        return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }
}
