package dev.cordon.hook;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The bounds on calls to an application's hooks. Fixed for the life of the node.
 *
 * @param deadline {@code cordon.hook.deadline}: longest time that a client waits for the application
 * @param maxInFlight {@code cordon.hook.max-in-flight}: calls at a time; events have a quarter of that beside it
 * @param maxInFlightPerUser {@code cordon.hook.max-in-flight-per-user}: of these, calls of one user
 * @param maxQueuedEvents {@code cordon.hook.max-queued-events}: events that wait to be told
 * @param headers {@code cordon.hook.headers}: names of the handshake's headers that hooks see, in lower case
 */
public record HookSettings(
        Duration deadline, int maxInFlight, int maxInFlightPerUser, int maxQueuedEvents, Set<String> headers) {
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MOST_IN_FLIGHT = 1_024;
    private static final int MOST_QUEUED = 1_000_000;

    /** The values without any setting. */
    public static final HookSettings DEFAULTS = new HookSettings(Duration.ofSeconds(3), 32, 8, 10_000, Set.of());

    /** @throws IllegalArgumentException naming the setting that cannot be used */
    public HookSettings {
        if (deadline.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "cordon.hook.deadline is " + deadline + " but must be at most " + LONGEST);
        }
        within("max-in-flight", maxInFlight, MOST_IN_FLIGHT);
        within("max-in-flight-per-user", maxInFlightPerUser, maxInFlight);
        within("max-queued-events", maxQueuedEvents, MOST_QUEUED);
        headers = headers.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    private static void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("cordon.hook." + name + " is " + value + " but must be 1 to " + most);
        }
    }

    /** Events that are told at a time. */
    int eventsAtATime() {
        return Math.max(1, maxInFlight / 4);
    }
}
