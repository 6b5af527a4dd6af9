package dev.cordon.hook;

/**
 * An application's say in who may connect, stay and subscribe. Implement it as a CDI bean; with several, all must
 * accept. Called on threads that may block, for up to {@code cordon.hook.deadline}; then the client gets a temporary
 * error, and the thread is interrupted. A thrown exception is one log line, and a temporary error for the client.
 * Implementations must be thread-safe.
 */
public interface ConnectPolicy {
    /** Decides on a connect, after the token was verified. */
    HookAnswer connect(HookCall.Connect call);

    /** Decides on a refresh, after the fresh token was verified. Accepts unless overridden. */
    default HookAnswer refresh(HookCall.Refresh call) {
        return HookAnswer.accept();
    }

    /** Decides on a subscription to one of the user's own channels. Accepts unless overridden. */
    default HookAnswer subscribe(HookCall.Subscribe call) {
        return HookAnswer.accept();
    }
}
