package dev.cordon.cluster;

import dev.cordon.manager.UserListener;
import dev.cordon.protocol.UserId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * The users who have a manager on this node, and from the moment that a secret is known also by their hash with it.
 * Thread-safe: a user's entries in both maps change in one step for the user.
 */
final class LocalUsers implements UserListener {
    private final ConcurrentHashMap<UserId, Boolean> users = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<UserHash, Set<UserId>> byHash = new ConcurrentHashMap<>();
    private final Set<String> secrets = new CopyOnWriteArraySet<>();

    /** @param secret one of the few that other nodes may use */
    void know(String secret) {
        secrets.add(secret);
        for (UserId user : users.keySet()) {
            users.computeIfPresent(user, (of, here) -> {
                index(user, secret);
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
        // Read only now: of a secret that was not known yet, know() finds the user.
        for (String secret : secrets) {
            users.computeIfPresent(user, (of, here) -> {
                index(user, secret);
                return here;
            });
        }
    }

    @Override
    public void left(UserId user) {
        users.computeIfPresent(user, (of, here) -> {
            for (String secret : secrets) {
                byHash.computeIfPresent(UserHash.of(secret, user), (hash, before) -> {
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
