package dev.cordon.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.upkeep.LogLines;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ApplicationLogTest {
    /** A text that the log's limit does not know yet. */
    private final String what = "A hook of " + UUID.randomUUID() + " failed";

    private void tells(Throwable failure, String line) {
        var lines = LogLines.of(ApplicationLog.class, () -> ApplicationLog.failed(what, " of ann", failure));

        assertThat(lines)
                .singleElement()
                .satisfies(each -> assertThat(each.getMessage()).isEqualTo(what + line));
    }

    @Test
    void aFailureIsOneLineWithItsPlace() {
        IllegalStateException failure = new IllegalStateException("no database");
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("app.Orders", "list", "Orders.java", 7)});

        tells(
                new CompletionException(failure),
                " of ann: java.lang.IllegalStateException: no database, at app.Orders.list(Orders.java:7)");
    }

    @Test
    void aFailureWithoutAPlaceIsTold() {
        IllegalStateException failure = new IllegalStateException("no database");
        failure.setStackTrace(new StackTraceElement[0]);

        tells(failure, " of ann: java.lang.IllegalStateException: no database");
    }

    @Test
    void thousandsOfFailuresOfOneKindAreOneLine() {
        IllegalStateException failure = new IllegalStateException("no database");

        var lines = LogLines.of(ApplicationLog.class, () -> {
            for (int i = 0; i < 2_000; i++) {
                ApplicationLog.failed(what, "", failure);
            }
        });

        assertThat(lines).hasSize(1);
    }
}
