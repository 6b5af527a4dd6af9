package dev.cordon.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How many connections the server says it ended, by code. */
final class CloseCounts {
    private static final Pattern COUNT = Pattern.compile("cordon_closes\\w*\\{.*code=\"(\\d+)\".*\\} (\\S+)");

    private CloseCounts() {}

    /** From {@code /metrics}; empty when the server does not say. */
    static Map<String, Double> of(Target target) {
        URI metrics = URI.create("http://127.0.0.1:" + target.port() + "/metrics");
        try (InputStream in = metrics.toURL().openStream()) {
            return COUNT.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .collect(Collectors.toMap(
                            count -> count.group(1), count -> Double.valueOf(count.group(2)), Double::sum));
        } catch (IOException e) {
            // No metrics here: the clients' own count stands alone.
            return Map.of();
        }
    }
}
