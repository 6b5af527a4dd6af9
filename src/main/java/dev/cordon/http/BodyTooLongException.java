package dev.cordon.http;

import java.io.IOException;

/** An HTTP body that is longer than its reader takes. */
public final class BodyTooLongException extends IOException {
    private static final long serialVersionUID = 1;

    BodyTooLongException(int maxBytes) {
        super("body longer than " + maxBytes + " bytes");
    }
}
