package dev.cordon.legacy;

import dev.cordon.protocol.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * What went to a user otherwise than it was sent.
 *
 * @param user whose connection shows it
 * @param by which of the two compared managers did it
 * @param from with {@link Cause#LEAKED} the user whose message it was; else empty
 * @param count how often, for this user, manager and cause
 * @param lastAt the last time
 */
public record Divergence(UserId user, By by, Cause cause, Optional<UserId> from, long count, Instant lastAt) {
    /** One of the two compared managers. */
    public enum By {
        /** The one that serves the client. */
        SERVED,
        /** The one whose messages are discarded. */
        SHADOW
    }

    /** The kind of a divergence. */
    public enum Cause {
        /** A message of another user was written. */
        LEAKED,
        /** A message was not written. */
        LOST,
        /** A message was written behind one that was sent after it had been sent. */
        REORDERED,
        /** A message was written again. */
        DUPLICATED,
        /** A message was written more than a second after it was sent. Judged of the serving manager only. */
        LATE,
        /** A message was written that nobody sent through the compared managers. */
        UNASKED,
        /** Only one of the two took the connection. */
        REFUSED
    }
}
