package dev.cordon.kpi;

import static dev.cordon.metric.Metric.gauge;

import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.metric.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The metrics of the heap's shares (ADR 0015): how large each may be and how much of it is used. */
final class HeapMetrics {
    private HeapMetrics() {}

    static List<Metric> of(HeapAccount account) {
        return Stream.concat(
                        Arrays.stream(HeapShare.values())
                                .map(
                                        share -> gauge("memory_used_bytes", () -> account.used(share))
                                                .labelled("share", label(share))
                                                .means("Estimated heap in use by a share.")
                                                .then(
                                                        "Near its limit: cuts, closes, log_left or idempotency_keys_forgotten show the consequences.")),
                        Arrays.stream(HeapShare.values())
                                .map(share -> gauge("memory_limit_bytes", () -> account.limit(share))
                                        .labelled("share", label(share))
                                        .means("Heap that a share may use; 0 if the share holds nothing in the heap.")
                                        .then("Grows with the heap; the table is in operations.md.")))
                .toList();
    }

    private static String label(HeapShare share) {
        return share.name().toLowerCase(Locale.ROOT);
    }
}
