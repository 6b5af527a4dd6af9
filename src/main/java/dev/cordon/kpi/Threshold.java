package dev.cordon.kpi;

import java.util.List;

/**
 * From where on a figure is an alert: above its limit.
 *
 * @param kpi one word for it, the label of {@code cordon_threshold}
 * @param metric the figure that is compared, as it stands in {@code /metrics}
 * @param limit the highest value that is still right
 * @param unit what the limit counts
 */
public record Threshold(String kpi, String metric, double limit, String unit) {
    /** The defaults, in the order of the KPI list of the architecture; those of heap and leaks come with their figures. */
    public static final List<Threshold> ALL = List.of(
            new Threshold("manager_creation", "cordon_manager_creation_seconds{quantile=\"0.99\"}", 0.005, "seconds"),
            new Threshold("delivery", "cordon_delivery_seconds{quantile=\"0.99\"}", 0.001, "seconds"),
            new Threshold("manager_cleanup", "cordon_manager_cleanup_seconds{quantile=\"0.99\"}", 0.005, "seconds"),
            new Threshold("limit_hits", "cordon_limit_hits_total", 10, "an hour"),
            new Threshold("failed_creations", "cordon_failed_creations_total", 0, "since the start"),
            new Threshold("delivery_failures", "cordon_publish_failures_total", 0, "since the start"),
            new Threshold("isolation_violations", "cordon_violations_total", 0, "since the start"),
            new Threshold("ledger_imbalance", "cordon_ledger_imbalance", 0, "publications"),
            new Threshold("cleanup_overdue", "cordon_cleanup_age_seconds", 2, "cleanup intervals"));

    static List<Figure> figures() {
        return ALL.stream()
                .map(threshold -> Figure.gauge("threshold", threshold::limit)
                        .labelled("kpi", threshold.kpi())
                        .means("Highest value of a KPI that is still right, in the unit of the table below.")
                        .then("To draw beside the KPI and to alert on."))
                .toList();
    }
}
