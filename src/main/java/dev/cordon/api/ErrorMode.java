package dev.cordon.api;

import java.util.Optional;

/** How a command that was not carried out is answered (ADR 0019). */
public enum ErrorMode {
    /** By a status that says the same as the body. */
    TRANSPORT,
    /** By 200 and the body: what the protocol's server libraries read code and message from. */
    REPLY;

    /** Of the protocol's own server: {@code transport} asks for statuses whatever is set. */
    static final String HEADER = "X-Centrifugo-Error-Mode";

    /**
     * @param asked the header {@link #HEADER}
     * @param answer of a command
     */
    Answer apply(Optional<String> asked, Answer answer) {
        if (this == TRANSPORT || asked.filter("transport"::equals).isPresent()) {
            return answer;
        }
        // Who may not ask, and what was asked nowhere, are told by the status everywhere.
        return switch (answer.status()) {
            case 401, 403, 404, 405, 415 -> answer;
            default -> new Answer(200, answer.json());
        };
    }
}
