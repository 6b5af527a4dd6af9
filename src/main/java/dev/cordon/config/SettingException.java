package dev.cordon.config;

/** A setting that cannot be used. The message is the one line that its owner reads: which setting, what is wrong, what to do. */
public final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingException(String message) {
        super(message, null, false, false);
    }
}
