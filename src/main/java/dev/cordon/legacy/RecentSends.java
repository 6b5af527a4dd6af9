package dev.cordon.legacy;

import dev.cordon.protocol.UserId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** To whom the last messages were sent, by their digests. Keeps {@link #MAX}. Thread-safe. */
final class RecentSends {
    /** Most remembered digests. */
    static final int MAX = 4096;

    private final Map<Long, UserId> users = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, UserId> eldest) {
            return size() > MAX;
        }
    };

    synchronized void add(long digest, UserId user) {
        users.remove(digest);
        users.put(digest, user);
    }

    /** The user to whom a message with this digest was sent last. */
    synchronized Optional<UserId> user(long digest) {
        return Optional.ofNullable(users.get(digest));
    }
}
