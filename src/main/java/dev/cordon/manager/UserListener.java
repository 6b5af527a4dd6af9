package dev.cordon.manager;

import dev.cordon.protocol.UserId;

/**
 * The callback for users who get their first manager on this node, and who lose their last. Called in the atomic step
 * for the user, so the calls for one user are in order. A user who came while the listener began may come twice. The
 * callback must neither wait, throw nor call the factory.
 */
public interface UserListener {
    UserListener NOBODY = new UserListener() {
        @Override
        public void came(UserId user) {}

        @Override
        public void left(UserId user) {}
    };

    void came(UserId user);

    void left(UserId user);
}
