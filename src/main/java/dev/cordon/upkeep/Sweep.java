package dev.cordon.upkeep;

/** One thing that the cleanup looks for. Runs on the timer's thread, one sweep after the other. */
public interface Sweep {
    /** For the log and the metrics, in lower-case words joined by hyphens. */
    String name();

    Found run();

    /**
     * What a sweep met.
     *
     * @param found due for removal
     * @param removed of them, gone now; fewer than found means that something holds on
     */
    record Found(long found, long removed) {}
}
