package dev.cordon.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
    /** A program, run in a process of its own, whose thread pool would swallow the error. */
    static final class Forgetful {
        private Forgetful() {}

        public static void main(String[] args) throws InterruptedException {
            var pool = new java.util.concurrent.ScheduledThreadPoolExecutor(1);
            var unused = pool.schedule(
                    OutOfMemory.endsAfter(() -> {
                        throw new OutOfMemoryError("unable to create native thread");
                    }),
                    0,
                    TimeUnit.SECONDS);
            if (!pool.awaitTermination(30, TimeUnit.SECONDS)) {
                System.out.println("goes on");
            }
        }
    }

    @Test
    @DisplayName("S1: an OutOfMemoryError in one of Cordon's threads ends the process with one line")
    void endsTheProcessWithOneLine() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(File.pathSeparator, of(OutOfMemory.class), of(Forgetful.class)),
                        Forgetful.class.getName())
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(OutOfMemory.STATUS);
        assertThat(said.strip())
                .startsWith("CORDON ends: out of memory")
                .endsWith("unable to create native thread")
                .doesNotContain("\n");
    }

    private static String of(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }
}
