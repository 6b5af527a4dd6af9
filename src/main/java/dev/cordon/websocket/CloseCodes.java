package dev.cordon.websocket;

/** Close codes of RFC 6455 §7.4. */
public final class CloseCodes {
    public static final int NORMAL = 1000;

    /** Stands for a close frame without a code; never sent. */
    public static final int NONE = 1005;

    private CloseCodes() {}

    /** Whether a close frame may carry this code: registered for the wire, or of a library or an application. */
    static boolean mayBeSent(int code) {
        return (code >= NORMAL && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
