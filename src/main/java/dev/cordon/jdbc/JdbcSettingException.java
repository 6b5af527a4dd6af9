package dev.cordon.jdbc;

/** The log cannot be opened, and waiting will not mend it. The message is the line that its owner reads: what is wrong, what to do. */
public final class JdbcSettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    JdbcSettingException(String message) {
        super(message, null, false, false);
    }
}
