package dev.cordon.upkeep;

/** One step of the cleanup: finds one kind of thing that is due for removal, and removes it. Sweeps run one after the other. */
public interface Sweep {
    /** For the log and the metrics, in lower-case words joined by hyphens. */
    String name();

    Found run();

    /**
     * The result of a sweep.
     *
     * @param found due for removal
     * @param removed number of these that are gone; fewer than found if something still holds them
     */
    record Found(long found, long removed) {}
}
