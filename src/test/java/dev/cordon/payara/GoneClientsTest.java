package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GoneClientsTest {
    private static final StackTraceElement WRITES =
            new StackTraceElement("org.glassfish.grizzly.http.io.OutputBuffer", "write", "OutputBuffer.java", 444);
    private static final StackTraceElement OWN =
            new StackTraceElement("dev.cordon.jdbc.Database", "read", "Database.java", 1);

    private final Handler handler = new Silent();
    private final GoneClients filter = new GoneClients(handler);

    private static LogRecord record(@Nullable Throwable thrown) {
        LogRecord record = new LogRecord(Level.SEVERE, "Servlet.service() for servlet default threw exception");
        record.setThrown(thrown);
        return record;
    }

    private static IOException thrownAt(StackTraceElement place) {
        IOException gone = new IOException("Connection is closed");
        gone.setStackTrace(new StackTraceElement[] {place});
        return gone;
    }

    @Test
    @DisplayName("S7 clients that go away are logged in one line without a stack trace, however many")
    void logsOneLineForAllGoneClients() {
        LogRecord first = record(new IllegalStateException("wrapped", thrownAt(WRITES)));

        assertThat(filter.isLoggable(first)).isTrue();
        assertThat(first.getThrown()).isNull();
        assertThat(first.getMessage()).startsWith("A client went away");
        for (int i = 0; i < 1000; i++) {
            assertThat(filter.isLoggable(record(thrownAt(WRITES)))).isFalse();
        }
    }

    @Test
    void leavesEveryOtherRecordUnchanged() {
        Throwable other = thrownAt(OWN);

        assertThat(filter.isLoggable(record(other))).isTrue();
        assertThat(filter.isLoggable(record(null))).isTrue();
        LogRecord kept = record(other);
        filter.isLoggable(kept);
        assertThat(kept.getThrown()).isSameAs(other);
    }

    @Test
    void anEarlierFilterStillDecides() {
        handler.setFilter(record -> false);
        GoneClients second = new GoneClients(handler);

        assertThat(second.isLoggable(record(null))).isFalse();
    }

    private static final class Silent extends Handler {
        @Override
        public void publish(LogRecord record) {
            // Silent.
        }

        @Override
        public void flush() {
            // Nothing to flush.
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    }
}
