package dev.cordon.manager;

/** What happens when a user's live sessions alone fill the limit, after the proven dead have been cleared away. */
public enum LimitPolicy {
    /** The new connection ends with 3504. */
    REJECT,
    /** The oldest session, or the oldest connection of the same session, ends with 3504 and the new one gets its place. */
    EVICT_OLDEST
}
