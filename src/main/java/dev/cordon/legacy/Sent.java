package dev.cordon.legacy;

/** One message that was sent to a user, as the comparison remembers it. Thread-safe. */
final class Sent {
    final long digest;
    /** When its sending began, in nanoseconds of the ticker. */
    final long at;
    /** The step of the user's sendings at which it began. */
    final long begun;
    /** The step at which its sending returned. A sending that begins at a later step is later for certain. */
    volatile long ended = Long.MAX_VALUE;

    Sent(long digest, long at, long begun) {
        this.digest = digest;
        this.at = at;
        this.begun = begun;
    }

    /** A number that stands for the text of a payload. */
    static long digest(String payload) {
        long digest = 0xcbf29ce484222325L;
        for (int i = 0; i < payload.length(); i++) {
            digest = (digest ^ payload.charAt(i)) * 0x100000001b3L;
        }
        return digest;
    }
}
