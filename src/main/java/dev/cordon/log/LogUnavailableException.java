package dev.cordon.log;

/**
 * Thrown when the log cannot be used now. The caller may try again. An append that fails with it is not acknowledged,
 * but may have been committed if the log was lost during the commit. An idempotency key makes the second try safe.
 */
public final class LogUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Has no stack trace: it is thrown for every message while the log is lost, and the loss has logged its cause. */
    public LogUnavailableException(String why) {
        super(why, null, false, false);
    }
}
