package dev.cordon.upkeep;

/** The stack of a thread, in a form that the log prints. */
final class ThreadStack extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ThreadStack(Thread thread) {
        super("thread " + thread.getName() + ", " + thread.getState());
        setStackTrace(thread.getStackTrace());
    }

    static ThreadStack of(Thread thread) {
        return new ThreadStack(thread);
    }
}
