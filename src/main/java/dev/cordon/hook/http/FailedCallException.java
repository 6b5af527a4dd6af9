package dev.cordon.hook.http;

import org.jspecify.annotations.Nullable;

/**
 * A call of the back end that failed. The message is one clear line: the setting of the hook, and why. It quotes neither
 * address, secret nor body.
 */
final class FailedCallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final CallFailure reason;

    FailedCallException(CallFailure reason, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
    }

    CallFailure reason() {
        return reason;
    }
}
