package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShutdownLogTest {
    private static final System.Logger LOG = System.getLogger(ShutdownLogTest.class.getName());

    @Test
    @DisplayName("L9: while the process goes on, as at an undeploy, the last lines go to the log")
    void l9_writesToTheLogWhileTheProcessGoesOn() {
        assertThat(LogLines.of(ShutdownLogTest.class, () -> ShutdownLog.log(LOG, Level.INFO, "Cordon has stopped")))
                .extracting(LogRecord::getMessage)
                .containsExactly("Cordon has stopped");
    }

    @Test
    @DisplayName("L9: a line that is written without the log has its time, its level and the name of its logger")
    void l9_aLineWrittenWithoutTheLogHasTimeLevelAndLogger() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ShutdownLog.write(
                new PrintStream(bytes, true, StandardCharsets.UTF_8), "a.B", Level.INFO, "It has stopped", null);

        assertThat(bytes.toString(StandardCharsets.UTF_8).strip())
                .matches("\\d{4}-\\d\\d-.*Z INFO a\\.B  It has stopped");
    }
}
