package dev.cordon.log;

import java.time.Duration;

/**
 * The limits of a log in number, bytes and time.
 *
 * @param maxPublications publications per channel ({@code cordon.history.size})
 * @param maxBytes payload bytes per channel ({@code cordon.history.max-bytes}); a larger publication is kept alone
 * @param timeToLive lifetime of a publication ({@code cordon.history.ttl})
 * @param totalMaxBytes bytes of all channels together ({@code cordon.history.total-max-bytes}); beyond them the
 *     channels that were appended to least recently are evicted. A log in memory counts all heap that channels take,
 *     not only payload
 * @param positionTimeToLive lifetime of a session's position after the session's last activity ({@code cordon.ack.ttl})
 */
public record Retention(
        int maxPublications, long maxBytes, Duration timeToLive, long totalMaxBytes, Duration positionTimeToLive) {
    public static final Duration DEFAULT_POSITION_TIME_TO_LIVE = Duration.ofDays(1);

    /** With {@link #DEFAULT_POSITION_TIME_TO_LIVE}. */
    public Retention(int maxPublications, long maxBytes, Duration timeToLive, long totalMaxBytes) {
        this(maxPublications, maxBytes, timeToLive, totalMaxBytes, DEFAULT_POSITION_TIME_TO_LIVE);
    }

    /** @throws IllegalArgumentException if a setting is negative, or zero where it must not be; the message names it */
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
