package dev.cordon.hook;

import dev.cordon.hook.HookCounters.Outcome;
import dev.cordon.hook.HookCounters.Told;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What happens to hooks, for tests of their metrics. Outcomes are the values of the labels. */
public final class HookEvents {
    private HookEvents() {}

    public static List<String> outcomesOfCalls() {
        return Arrays.stream(Outcome.values()).map(HookEvents::label).toList();
    }

    public static List<String> outcomesOfEvents() {
        return Arrays.stream(Told.values()).map(HookEvents::label).toList();
    }

    /** @param nanos time of each call */
    public static void call(HookCounters on, HookCall.Kind kind, String outcome, int times, long nanos) {
        for (int i = 0; i < times; i++) {
            on.call(kind, Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)), nanos);
        }
    }

    public static void event(HookCounters on, String outcome, int times) {
        for (int i = 0; i < times; i++) {
            on.event(Told.valueOf(outcome.toUpperCase(Locale.ROOT)));
        }
    }

    public static void underWay(HookCounters on, int calls, int waiting) {
        on.inFlight.add(calls);
        on.waiting.add(waiting);
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
