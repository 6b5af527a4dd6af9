package dev.cordon.auth;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A table of requested key ids that no fetched set contains, each with the count of fetches begun at its first request.
 * Only a fetch that begins later can prove that the id does not exist. The table holds at most {@link #MOST} ids. When
 * it is full, or two more fetches have begun, the oldest ids are removed: a token with such an id gets a temporary
 * rejection again. Thread-safe; the lock guards a look-up.
 */
final class MissingKeys {
    /**
     * Most ids in the table, at about 64 bytes each. The table stores hashes, because a client may send ids of any
     * length.
     */
    static final int MOST = 1_000;

    private final Map<Integer, Long> askedAt = new LinkedHashMap<>();

    /**
     * Records a request for an id.
     *
     * @param begun count of fetches begun before this request
     * @return count of fetches begun before the first request for the id
     */
    synchronized long first(String keyId, long begun) {
        askedAt.values().removeIf(at -> at < begun - 1);
        if (askedAt.size() >= MOST) {
            askedAt.remove(askedAt.keySet().iterator().next());
        }
        Long before = askedAt.putIfAbsent(keyId.hashCode(), begun);
        return before == null ? begun : before;
    }

    synchronized int size() {
        return askedAt.size();
    }
}
