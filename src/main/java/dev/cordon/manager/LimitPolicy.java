package dev.cordon.manager;

/** The policy when a user's live sessions alone fill the limit, after dead connections have been closed. */
public enum LimitPolicy {
    /** The new connection ends with 3504. */
    REJECT,
    /**
     * The oldest session, or the oldest connection of the same session, ends with 3504 and the new one gets its place.
     */
    EVICT_OLDEST
}
