package dev.cordon.log;

/**
 * Sizes of a log now and what left it since the start.
 *
 * @param channels known channels
 * @param publications retained now
 * @param bytes payload bytes retained now
 * @param appended since the start
 * @param expired dropped by age since the start
 * @param evictedByChannelLimit dropped because their channel was full (count or bytes)
 * @param evictedByTotalLimit dropped because all channels together were over the total
 * @param removed dropped by request
 * @param positions of sessions, kept now
 * @param positionsDropped given up for want of room since the start: the quietest of a channel, or one too many of a user or the log
 * @param channelsEvicted channels given up entirely, with what was known of them, because all together were over the total
 */
public record LogStats(
        long channels,
        long publications,
        long bytes,
        long appended,
        long expired,
        long evictedByChannelLimit,
        long evictedByTotalLimit,
        long removed,
        long positions,
        long positionsDropped,
        long channelsEvicted) {
    /** Of a log that could not be asked yet. */
    public static final LogStats NONE = new LogStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
