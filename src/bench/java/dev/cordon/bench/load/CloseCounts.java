package dev.cordon.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** How many connections the server says it ended with a code: a stalled reader's socket may be gone before its close frame is. */
final class CloseCounts {
    private CloseCounts() {}

    /** From {@code /metrics}; NaN when the server does not say. */
    static double of(Target target, int code) {
        URI metrics = URI.create("http://127.0.0.1:" + target.port() + "/metrics");
        try (InputStream in = metrics.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("cordon_closes") && line.contains("code=\"" + code + "\""))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            // No metrics here: the clients' own count stands alone.
            return Double.NaN;
        }
    }
}
