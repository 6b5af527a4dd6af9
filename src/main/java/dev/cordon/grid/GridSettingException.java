package dev.cordon.grid;

/** Thrown when the grid cannot be used, and waiting does not help. Its message tells what is wrong and what to do. */
public final class GridSettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GridSettingException(String message) {
        super(message, null, false, false);
    }
}
