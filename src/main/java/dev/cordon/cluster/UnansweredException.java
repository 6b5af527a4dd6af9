package dev.cordon.cluster;

import java.util.List;

/**
 * Thrown when nodes were not asked a question or did not answer it, so that the result would be a part only. The caller
 * may try again.
 */
public final class UnansweredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param silent ids of the nodes that did not answer */
    public UnansweredException(List<String> silent) {
        this((silent.size() == 1 ? "node " : "nodes ") + String.join(", ", silent) + " did not answer");
    }

    UnansweredException(String why) {
        super(why, null, false, false);
    }
}
