package dev.cordon.kpi;

import static dev.cordon.metric.Metric.counter;
import static dev.cordon.metric.Metric.gauge;
import static dev.cordon.metric.Metric.seconds;

import dev.cordon.metric.Metric;
import dev.cordon.upkeep.Duties;
import dev.cordon.upkeep.Duty;
import dev.cordon.upkeep.Tick;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The metrics of the node's duties. */
final class DutyMetrics {
    private DutyMetrics() {}

    static List<Metric> of(Duties duties, Tick tick) {
        return Stream.of(
                        each(
                                duty -> seconds(
                                                "duty_age",
                                                () -> duties.age(duty).toNanos())
                                        .means(
                                                "Time since the last successful run of a duty (a periodic task of the node); 0 if the duty is not due.")
                                        .then(
                                                "Over 10 s the duty is late: it hangs, or fails each time. The server's log says where.")),
                        each(duty -> seconds("duty_run", () -> duties.took(duty).toNanos())
                                .means("Duration of a duty's last run, or of its present run so far.")
                                .then("Over a second: the node is short of CPU, or the message log is slow.")),
                        List.of(
                                gauge("duties_late", () -> duties.late().size())
                                        .means("Duties without a successful run for 10 s.")
                                        .then("Must be 0: cordon_duty_age_seconds and the server's log name them."),
                                counter("duty_failures", duties::failures)
                                        .means("Runs of duties that ended in an error.")
                                        .then("Must stay 0: the server's log names the duty and has the error."),
                                gauge("tick_hanging", tick::hanging)
                                        .means("Connections at which the tick hangs; it skips them.")
                                        .then("Must be 0: the server's log says where it hangs. At 4 the tick stops.")))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Metric> each(Function<Duty, Metric> metric) {
        return Arrays.stream(Duty.values())
                .map(duty -> metric.apply(duty).labelled("duty", duty.label()))
                .toList();
    }
}
