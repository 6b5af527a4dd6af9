package dev.cordon.client;

import java.util.List;

/**
 * What became of a broadcast to a group.
 *
 * @param users users that it reached or was to reach
 * @param appended users whose channel has the message, also by an earlier attempt with the same key
 * @param connections connections that the node handed it to
 * @param failed the other users
 * @param failures the first of them whose channel rejected the message, at most 100
 */
public record GroupBroadcastResult(int users, int appended, long connections, int failed, List<Failure> failures) {
    public GroupBroadcastResult {
        failures = List.copyOf(failures);
    }

    /**
     * A user who was not reached.
     *
     * @param code as in {@link CordonException#code}
     */
    public record Failure(String user, int code, String message) {
        /** Does not show the user. */
        @Override
        public String toString() {
            return "Failure[" + code + "]";
        }
    }

    /** Returns true if the message was stored for all users. */
    public boolean complete() {
        return failed == 0;
    }
}
