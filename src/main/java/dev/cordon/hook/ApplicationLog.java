package dev.cordon.hook;

import dev.cordon.protocol.RateLimitedLog;
import java.util.concurrent.CompletionException;

/** The log of what went wrong in the application's hooks: one line each, limited in rate. Thread-safe. */
final class ApplicationLog {
    private static final RateLimitedLog LOG = new RateLimitedLog(System.getLogger(ApplicationLog.class.getName()));

    private ApplicationLog() {}

    /** @param what a constant text, which the limit counts by */
    static void failed(String what, String detail, Throwable failure) {
        Throwable cause = cause(failure);
        StackTraceElement[] stack = cause.getStackTrace();
        warn(what, detail + ": " + cause + (stack.length == 0 ? "" : ", at " + stack[0]));
    }

    static void warn(String what, String detail) {
        LOG.warn(what, what + detail);
    }

    /** The failure itself, without what a stage wraps around it. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
