package dev.cordon.console;

/** A request to the console that is not carried out; the message is for the operator and quotes no token. */
final class ConsoleRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    ConsoleRefusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
