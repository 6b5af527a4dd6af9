package dev.cordon.log;

import java.time.Duration;

/**
 * How much a log keeps, and for how long.
 *
 * @param maxPublications a channel ({@code cordon.history.size})
 * @param maxBytes of payload a channel ({@code cordon.history.max-bytes}); one publication larger than this is kept alone
 * @param timeToLive of a publication ({@code cordon.history.ttl})
 * @param totalMaxBytes over all channels ({@code cordon.history.total-max-bytes}); beyond it the oldest channels are evicted.
 *     An adapter that holds publications in the heap counts what each takes beside its payload
 * @param positionTimeToLive of a session's position after the last sign of the session ({@code cordon.ack.ttl})
 */
public record Retention(
        int maxPublications, long maxBytes, Duration timeToLive, long totalMaxBytes, Duration positionTimeToLive) {
    public static final Duration DEFAULT_POSITION_TIME_TO_LIVE = Duration.ofDays(1);

    /** With {@link #DEFAULT_POSITION_TIME_TO_LIVE}. */
    public Retention(int maxPublications, long maxBytes, Duration timeToLive, long totalMaxBytes) {
        this(maxPublications, maxBytes, timeToLive, totalMaxBytes, DEFAULT_POSITION_TIME_TO_LIVE);
    }

    /** @throws IllegalArgumentException naming the setting that is negative, or zero where that means nothing */
    public Retention {
        require(maxPublications >= 0, "cordon.history.size is " + maxPublications + " but must be 0 or more");
        require(maxBytes > 0, "cordon.history.max-bytes is " + maxBytes + " but must be positive");
        require(
                !timeToLive.isNegative() && !timeToLive.isZero(),
                "cordon.history.ttl is " + timeToLive + " but must be positive");
        require(totalMaxBytes > 0, "cordon.history.total-max-bytes is " + totalMaxBytes + " but must be positive");
        require(
                !positionTimeToLive.isNegative() && !positionTimeToLive.isZero(),
                "cordon.ack.ttl is " + positionTimeToLive + " but must be positive");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
