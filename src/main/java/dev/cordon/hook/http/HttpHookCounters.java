package dev.cordon.hook.http;

import dev.cordon.metric.LabelledCounter;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** The counters of the hooks over HTTP, each with its definition as a metric. All stay 0 without them. Thread-safe. */
public final class HttpHookCounters {
    private final MetricList metrics = new MetricList();
    private volatile DoubleSupplier down = () -> 0;
    private volatile DoubleSupplier waiting = () -> 0;
    private volatile DoubleSupplier ageSeconds = () -> 0;

    public final LongAdder answers = metrics.counter(
            "hook_http_answers",
            "Requests to the back end that it answered with a status of 200 to 299.",
            "The load that hooks bring to the back end.");

    final LabelledCounter<CallFailure> failures = metrics.counters(
            "hook_http_failures",
            "reason",
            CallFailure.class,
            "Requests to the back end without an answer that can be used.",
            "Rises: docs/operations.md has a line for each reason; the server's log names the hook.");

    public final LongAdder eventsTold = metrics.counter(
            "hook_http_events_told",
            "Events that the back end has taken.",
            "Stays 0 while users come and go: look at cordon_hook_http_failures_total.");

    public final LongAdder eventsDropped = metrics.counter(
            "hook_http_events_dropped",
            "Events dropped because too many waited. Never an event of a disconnect.",
            "Rises: the back end is down or too slow for its events; look at cordon_hook_http_events_age_seconds.");

    public final LongAdder eventsTakenOver = metrics.counter(
            "hook_http_events_taken_over",
            "Events of lost nodes that this node took over, disconnects of their connections among them.",
            "Follows the loss of a node with cordon.log=jdbc.");

    public HttpHookCounters() {
        metrics.add(Metric.gauge("hook_http_down", () -> down.getAsDouble())
                .means("Addresses of the back end that fail, so that requests pause: of cordon.hook.<name>.url.")
                .then("Above its threshold: the server's log names the hook and the reason."));
        metrics.add(Metric.gauge("hook_http_events_waiting", () -> waiting.getAsDouble())
                .means("Events of this node that the back end has not taken yet.")
                .then("Rises all the time: the back end is down or too slow for its events."));
        metrics.add(Metric.gauge("hook_http_events_age_seconds", () -> ageSeconds.getAsDouble())
                .means("Age of the oldest event that the back end has not taken yet; 0 without one.")
                .then("Above its threshold: as for cordon_hook_http_down."));
    }

    /**
     * Follows the gauges' sources from now on.
     *
     * @param addressesDown number of addresses that fail
     * @param eventsWaiting number of events that wait
     * @param oldest age in seconds of the oldest event that waits
     */
    public void follow(DoubleSupplier addressesDown, DoubleSupplier eventsWaiting, DoubleSupplier oldest) {
        down = addressesDown;
        waiting = eventsWaiting;
        ageSeconds = oldest;
    }

    void add(CallFailure reason) {
        failures.add(reason, 1);
    }

    /** The definitions of all metrics of this class. */
    public MetricList metrics() {
        return metrics;
    }
}
