package dev.cordon.log;

/**
 * The present sizes of a log, and counts of its changes since the start.
 *
 * @param channels known channels
 * @param publications retained now
 * @param bytes payload bytes retained now
 * @param appended since the start
 * @param expired dropped by age since the start
 * @param evictedByChannelLimit dropped because their channel was full (count or bytes)
 * @param evictedByTotalLimit dropped because all channels together were over the total
 * @param removed dropped by request
 * @param positions session positions kept now
 * @param positionsDropped session positions dropped for lack of room since the start: the longest inactive of a
 *     channel, or one beyond the quota of a user or of the log
 * @param channelsEvicted channels forgotten entirely because all channels together were over the total
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
    /** The figures of a log that could not be queried yet. */
    public static final LogStats NONE = new LogStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
