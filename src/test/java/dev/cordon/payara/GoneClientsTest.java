package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.ListResourceBundle;
import java.util.logging.Filter;
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
        first.setParameters(new Object[] {"a parameter"});
        first.setResourceBundle(new ListResourceBundle() {
            @Override
            protected Object[][] getContents() {
                return new Object[0][];
            }
        });

        assertThat(filter.isLoggable(first)).isTrue();
        assertThat(first.getThrown()).isNull();
        assertThat(first.getLevel()).isEqualTo(Level.INFO);
        assertThat(first.getParameters()).isNull();
        assertThat(first.getResourceBundle()).isNull();
        assertThat(first.getMessage())
                .isEqualTo("A client went away before it had its answer; 0 more since the last such line");
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

    @Test
    void looksAtTenCausesAndTenFramesOfEach() {
        assertThat(GoneClients.byClient(causedBy(thrownAt(WRITES), 9))).isTrue();
        assertThat(GoneClients.byClient(causedBy(thrownAt(WRITES), 10))).isFalse();

        assertThat(GoneClients.byClient(below(9))).isTrue();
        assertThat(GoneClients.byClient(below(10))).isFalse();
    }

    private static Throwable causedBy(Throwable cause, int times) {
        Throwable thrown = cause;
        for (int i = 0; i < times; i++) {
            thrown = new IllegalStateException(thrown);
        }
        return thrown;
    }

    /** An exception that is thrown by the server, so many calls further down. */
    private static IOException below(int frames) {
        StackTraceElement[] stack = new StackTraceElement[frames + 1];
        Arrays.fill(stack, OWN);
        stack[frames] = WRITES;
        IOException gone = new IOException("reset");
        gone.setStackTrace(stack);
        return gone;
    }

    @Test
    void anExceptionOfTheServerThatIsNoIoExceptionIsNoGoneClient() {
        IllegalStateException own = new IllegalStateException("a mistake");
        own.setStackTrace(new StackTraceElement[] {WRITES});

        assertThat(GoneClients.byClient(own)).isFalse();
    }

    @Test
    void restoresTheEarlierFilterAtTheEnd() {
        Filter earlier = record -> true;
        handler.setFilter(earlier);
        GoneClients second = new GoneClients(handler);
        handler.setFilter(second);

        second.remove();

        assertThat(handler.getFilter()).isSameAs(earlier);
        assertThat(second.isLoggable(record(null))).isTrue();
    }

    @Test
    void leavesAFilterThatCameLater() {
        Filter later = record -> true;
        handler.setFilter(later);

        filter.remove();

        assertThat(handler.getFilter()).isSameAs(later);
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
