package dev.cordon.log;

/**
 * The log cannot be used now: whoever asked may try again. What was to be appended has not been acknowledged; it may have been kept all
 * the same when the log was lost in that very moment, which a key makes good.
 */
public final class LogUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Without a stack: it is thrown for every message as long as the log is lost, and the cause was logged when that began. */
    public LogUnavailableException(String why) {
        super(why, null, false, false);
    }
}
