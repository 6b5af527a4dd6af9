package dev.cordon.hook;

import dev.cordon.metric.LabelledCounter;
import dev.cordon.metric.Latency;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The figures of the application's hooks, each with its metric's definition. Thread-safe. */
public final class HookCounters {
    /** What became of a call. */
    enum Outcome {
        ACCEPTED,
        /** Answered with an error or a close. */
        REFUSED,
        /** Ended in an exception. */
        FAILED,
        /** Not answered before the deadline. */
        LATE,
        /** Rejected because too many were under way. */
        BUSY
    }

    /** What became of an event, or of one attempt to tell it. */
    enum Told {
        TOLD,
        /** The listener failed, and the event was given up. */
        FAILED,
        /** The back end was away, and the event waits to be told again. */
        RETRIED
    }

    private final MetricList metrics = new MetricList();
    private final Map<HookCall.Kind, LabelledCounter<Outcome>> calls = new EnumMap<>(HookCall.Kind.class);

    /** Calls and events that went wrong, counted once more, to be watched as one. */
    public final LongAdder failures;

    /** Events that found no room in the queue. */
    public final LongAdder eventsLost;

    /** Present calls and events whose deadline is over. */
    public final LongAdder overdue = new LongAdder();

    /** Events that wait, those that are being told included. */
    public final LongAdder queuedEvents = new LongAdder();

    final LongAdder inFlight = new LongAdder();
    final LongAdder waiting = new LongAdder();
    private final LabelledCounter<Told> events;
    private final Latency latency;

    public HookCounters() {
        for (HookCall.Kind kind : HookCall.Kind.values()) {
            LabelledCounter<Outcome> of = new LabelledCounter<>(Outcome.class);
            calls.put(kind, of);
            Arrays.stream(Outcome.values())
                    .forEach(outcome -> metrics.add(Metric.counter("hook_calls", () -> of.sum(outcome))
                            .labelled("event", lower(kind))
                            .labelled("outcome", lower(outcome))
                            .means("Questions to the application's hooks, by what became of them.")
                            .then("failed: the server's log has the error. late, busy: the application is slow.")));
        }
        failures = metrics.counter(
                "hook_failures",
                "Calls of the application's hooks that failed, came too late or found no place, and events given up.",
                "The server's log has the last error of each kind.");
        events = metrics.counters(
                "hook_events",
                "outcome",
                Told.class,
                "Attempts to tell an event to the application's hooks: told, given up, or to be repeated.",
                "retried: the back end is away. failed: the server's log has the error.");
        eventsLost = metrics.counter(
                "hook_events_lost",
                "Events for the application's hooks that were lost because too many waited.",
                "The application does not know of them: let it ask who is connected; raise cordon.hook.max-queued-events.");
        latency = metrics.latency(
                "hook_call",
                "Time from a question to the application's answer or the deadline, waiting for a place included",
                "Clients wait that long: look at the application.");
        gauge("hook_in_flight", inFlight, "Calls of hooks under way.", "At cordon.hook.max-in-flight others wait.");
        gauge("hook_waiting", waiting, "Calls of hooks that wait for a place.", "Raise cordon.hook.max-in-flight.");
        gauge(
                "hook_overdue",
                overdue,
                "Calls of hooks that have not ended although their deadline is over.",
                "They hold places: a thread dump shows where their threads cordon-hook wait.");
        gauge(
                "hook_queued_events",
                queuedEvents,
                "Events that wait to be told to the application's hooks.",
                "The application, or its back end, is slower than its users come and go.");
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private void gauge(String name, LongAdder value, String meaning, String action) {
        metrics.add(Metric.gauge(name, value::sum).means(meaning).then(action));
    }

    /** The definitions of all figures of this class. */
    public MetricList metrics() {
        return metrics;
    }

    void call(HookCall.Kind kind, Outcome outcome, long nanos) {
        LabelledCounter<Outcome> of = calls.get(kind);
        if (of != null) {
            of.add(outcome, 1);
        }
        if (outcome != Outcome.ACCEPTED && outcome != Outcome.REFUSED) {
            failures.increment();
        }
        latency.record(nanos);
    }

    long calls(HookCall.Kind kind, Outcome outcome) {
        LabelledCounter<Outcome> of = calls.get(kind);
        return of == null ? 0 : of.sum(outcome);
    }

    void event(Told outcome) {
        events.add(outcome, 1);
        if (outcome == Told.FAILED) {
            failures.increment();
        }
    }

    long events(Told outcome) {
        return events.sum(outcome);
    }
}
