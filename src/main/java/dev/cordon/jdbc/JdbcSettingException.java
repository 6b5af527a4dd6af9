package dev.cordon.jdbc;

/** Thrown when the log cannot be opened, and waiting does not help. Its message tells what is wrong and what to do. */
public final class JdbcSettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    JdbcSettingException(String message) {
        super(message, null, false, false);
    }
}
