package dev.cordon.upkeep;

/** Where a thread stands, as a stack for the log. */
final class Standing extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Standing(Thread thread) {
        super("thread " + thread.getName() + ", " + thread.getState());
        setStackTrace(thread.getStackTrace());
    }

    static Standing of(Thread thread) {
        return new Standing(thread);
    }
}
