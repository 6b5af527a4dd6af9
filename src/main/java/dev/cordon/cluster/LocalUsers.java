package dev.cordon.cluster;

import dev.cordon.manager.UserListener;
import dev.cordon.protocol.UserId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The users who have a manager on this node, and from the moment that the secret is known also by their hash.
 * Thread-safe: a user's entries in both maps change in one step for the user.
 */
final class LocalUsers implements UserListener {
    private final ConcurrentHashMap<UserId, Boolean> users = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<UserHash, Set<UserId>> byHash = new ConcurrentHashMap<>();
    private volatile @Nullable String secret;

    /** @param to the same at each call */
    void know(String to) {
        secret = to;
        for (UserId user : users.keySet()) {
            users.computeIfPresent(user, (of, here) -> {
                index(user, to);
                return here;
            });
        }
    }

    private void index(UserId user, String with) {
        byHash.compute(UserHash.of(with, user), (of, before) -> {
            Set<UserId> after = before == null ? new HashSet<>() : new HashSet<>(before);
            after.add(user);
            return Set.copyOf(after);
        });
    }

    @Override
    public void came(UserId user) {
        users.put(user, true);
        String present = secret;
        // Read only now: if the secret was not known yet, know() finds the user.
        if (present != null) {
            users.computeIfPresent(user, (of, here) -> {
                index(user, present);
                return here;
            });
        }
    }

    @Override
    public void left(UserId user) {
        users.computeIfPresent(user, (of, here) -> {
            String present = secret;
            if (present != null) {
                byHash.computeIfPresent(UserHash.of(present, user), (hash, before) -> {
                    Set<UserId> after = new HashSet<>(before);
                    after.remove(user);
                    return after.isEmpty() ? null : Set.copyOf(after);
                });
            }
            return null;
        });
    }

    /** The users of this hash: none, one, or seldom more. */
    Collection<UserId> of(UserHash hash) {
        return byHash.getOrDefault(hash, Set.of());
    }

    /** Snapshot of all users. */
    List<UserId> all() {
        return List.copyOf(users.keySet());
    }

    /** Entries by hash. */
    int indexed() {
        return byHash.size();
    }
}
