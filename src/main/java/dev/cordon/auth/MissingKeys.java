package dev.cordon.auth;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Key ids that were asked for and are in no set, each with how many fetches had begun by then: only a fetch that begins later can say
 * that the id is in no set. At most {@link #MOST}; beyond, and once two further fetches have begun, the oldest are forgotten, which makes
 * their refusal temporary once more. Thread-safe; its lock guards a look-up.
 */
final class MissingKeys {
    /** Each of 64 bytes or so: ids are kept by their hash, for they come from strangers and may be of any length. */
    static final int MOST = 1_000;

    private final Map<Integer, Long> askedAt = new LinkedHashMap<>();

    /**
     * Notes that an id was asked for.
     *
     * @param begun fetches that had begun before
     * @return the same for the first time it was asked for
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
