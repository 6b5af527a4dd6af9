package dev.cordon.api;

import java.util.Optional;

/** The ways to answer a failed command (ADR 0019). */
public enum ErrorMode {
    /** An HTTP status that corresponds to the error code in the body. */
    TRANSPORT,
    /** Status 200 with the error in the body, as Centrifugo's server libraries expect. */
    REPLY;

    /** Header of Centrifugo: the value {@code transport} asks for an HTTP status, whatever the setting says. */
    static final String HEADER = "X-Centrifugo-Error-Mode";

    /**
     * @param asked value of the header {@link #HEADER}
     * @param answer answer to a command
     */
    Answer apply(Optional<String> asked, Answer answer) {
        if (this == TRANSPORT || asked.filter("transport"::equals).isPresent()) {
            return answer;
        }
        // Failed authentication and unknown paths have their HTTP status in both modes.
        return switch (answer.status()) {
            case 401, 403, 404, 405, 415 -> answer;
            default -> new Answer(200, answer.json());
        };
    }
}
