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
                                        .means("Time since a duty last ended well; 0 for one that is not due.")
                                        .then(
                                                "Over 10 s it is late: it hangs, or fails each time. The server's log says where.")),
                        each(duty -> seconds("duty_run", () -> duties.took(duty).toNanos())
                                .means("How long a duty's last turn took, or has taken so far.")
                                .then("Over a second: the node is short of CPU, or the log it waits for is slow.")),
                        List.of(
                                gauge("duties_late", () -> duties.late().size())
                                        .means("Duties that have not ended well for 10 s.")
                                        .then("Must be 0: cordon_duty_age_seconds and the server's log name them."),
                                counter("duty_failures", duties::failures)
                                        .means("Turns of duties that ended in an error.")
                                        .then("Must stay 0: the server's log names the duty and has the error."),
                                gauge("tick_hanging", tick::hanging)
                                        .means("Connections whose turn in the tick has not ended; they are passed by.")
                                        .then(
                                                "Must be 0: the server's log says where they hang. At 4 the tick stops.")))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Metric> each(Function<Duty, Metric> metric) {
        return Arrays.stream(Duty.values())
                .map(duty -> metric.apply(duty).labelled("duty", duty.label()))
                .toList();
    }
}
