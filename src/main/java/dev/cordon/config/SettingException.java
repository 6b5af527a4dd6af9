package dev.cordon.config;

/**
 * Thrown when a setting cannot be used. The message is the one line that the operator reads: which setting, what is
 * wrong, what to do.
 */
public final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingException(String message) {
        super(oneLine(message), null, false, false);
    }

    /**
     * Replaces control characters and line separators. The message quotes the value as it came: a line break must not
     * forge a second line in the log.
     */
    private static String oneLine(String message) {
        return message.replaceAll("[\\p{Cc}\\x{2028}\\x{2029}]", "?");
    }
}
