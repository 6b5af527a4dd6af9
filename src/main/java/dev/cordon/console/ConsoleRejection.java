package dev.cordon.console;

/** The rejection of a request to the console. The message is for the operator and quotes no token. */
final class ConsoleRejection extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    ConsoleRejection(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
