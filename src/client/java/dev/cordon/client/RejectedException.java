package dev.cordon.client;

/** A node rejected the command, and would reject it again. The code and the message are the node's. */
public final class RejectedException extends CordonException {
    private static final long serialVersionUID = 1;

    RejectedException(int code, String message, boolean temporary) {
        super(message, null, code, temporary, false, null);
    }
}
