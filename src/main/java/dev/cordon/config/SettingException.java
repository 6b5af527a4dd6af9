package dev.cordon.config;

/** A setting that cannot be used. The message is the one line that its owner reads: which setting, what is wrong, what to do. */
public final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingException(String message) {
        super(oneLine(message), null, false, false);
    }

    /** The value at fault is quoted as it came: a line break in it must not forge a second line in the log. */
    private static String oneLine(String message) {
        return message.replaceAll("[\\p{Cc}\\x{2028}\\x{2029}]", "?");
    }
}
