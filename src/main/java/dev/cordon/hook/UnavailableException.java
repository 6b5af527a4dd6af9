package dev.cordon.hook;

/** The application's back end cannot be reached now, but may be later. The message says why, for the operator. */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnavailableException(String why) {
        super(why);
    }
}
