package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitedLogTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Lines lines = new Lines();
    private final RateLimitedLog log = new RateLimitedLog(lines, now::get);

    @Test
    void writesOneLineForACauseAndCountsTheOthersLater() {
        log.warn("origin", "first");
        log.warn("origin", "second");
        log.warn("origin", "third");
        now.addAndGet(RateLimitedLog.EVERY.toNanos());
        log.warn("origin", "fourth");

        assertThat(lines).containsExactly("first", "fourth (2 more like it since the last line)");
    }

    @Test
    void limitsEachCauseSeparately() {
        log.warn("origin", "an origin");
        log.warn("token", "a token");

        assertThat(lines).containsExactly("an origin", "a token");
    }

    @Test
    void sharesOneLineAmongTheCausesBeyondItsBound() {
        for (int i = 0; i < RateLimitedLog.MAX_CAUSES + 10; i++) {
            log.warn("cause " + i, "line " + i);
        }

        assertThat(lines).hasSize(RateLimitedLog.MAX_CAUSES + 1);
    }

    @Test
    void replacesLineBreaksAndCutsLongLines() {
        log.warn("forged", "a\r\nb\u2028c\u0085d");
        log.warn("long", "x".repeat(100_000));

        assertThat(lines).first().isEqualTo("a??b?c?d");
        assertThat(lines.get(1)).hasSize(RateLimitedLog.MAX_CHARS + 1);
    }

    /** Keeps the logged lines. */
    private static final class Lines extends ArrayList<String> implements System.Logger {
        private static final long serialVersionUID = 1;

        @Override
        public String getName() {
            return "lines";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            add(message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            add(format);
        }
    }
}
