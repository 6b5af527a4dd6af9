package dev.cordon.cluster;

import dev.cordon.protocol.UserId;
import java.util.Collection;

/**
 * The carrier of hints that users have something new in the log. Best effort and unordered: a hint may be lost, come
 * late or come twice. Carries no payload and no user id. Thread-safe.
 */
public interface Wakeup extends AutoCloseable {
    /** Who is told the hints of the other nodes. Called on a thread of the carrier; must not wait. */
    interface Hearer {
        /**
         * From now on hints are heard. Earlier ones may have been lost: every user may have something new. Called first,
         * and whenever listening had to begin again.
         *
         * @param secret of {@link UserHash#of}. Another call may bring another one: both count from then on
         */
        void listening(String secret);

        /** Some users have something new. */
        void woken(Collection<UserHash> users);

        /** Applications have committed publications to some users, in a transaction of their own. */
        default void committed(Collection<UserHash> users) {
            woken(users);
        }

        /** Hints may have been lost: every user may have something new. */
        void unsure();

        /** Another node has given an order. */
        void ordered();

        /** Another node has asked a question. */
        void asked();

        /**
         * Another node has answered a question.
         *
         * @param question its id
         */
        void answered(String question);

        /** Another node has no slot left for some users: their connections are to be probed. */
        void probed(Collection<UserHash> users);
    }

    /** Begins to tell the hints of the other nodes. Call it once. */
    void listen(Hearer hearer);

    /** Tells the other nodes that users have something new. Does not wait, and does not throw. */
    void wake(Collection<UserId> users);

    /** Ends listening. */
    @Override
    void close();
}
