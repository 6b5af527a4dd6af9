package dev.cordon.auth;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JWSAlgorithm;
import dev.cordon.auth.InvalidTokenException.Reason;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A cache of the JWK set at an address. Keys are valid for 5 minutes and fetched again before that time ends.
 * Thread-safe; at most one fetch runs at a time, and no lock is held during a fetch.
 *
 * <ul>
 *   <li>Callers wait for a fetch only if all keys are 5 minutes old or absent: at most 2 seconds.
 *   <li>After a failed fetch no caller waits, until a fetch succeeds. The old keys remain valid, however old. Without
 *       any keys the token is rejected with {@link Reason#KEYS_UNAVAILABLE}.
 *   <li>An unknown key id starts a fetch, at most every 30 seconds. The token is rejected with
 *       {@link Reason#KEYS_UNAVAILABLE}, until a fetch succeeds that began after the first request for the id: the
 *       issuer may have published the key meanwhile.
 *   <li>If that fetch does not find the id, the token is invalid. A token is also invalid if the key with the id is of
 *       another kind.
 * </ul>
 *
 * <p>Nimbus's {@code JWKSourceBuilder} does not fit: callers wait under a lock, again for each unknown key id, and the
 * class reads the system clock.
 */
final class RemoteKeys {
    static final Duration MAX_AGE = Duration.ofMinutes(5);
    static final Duration REFRESH_AGE = Duration.ofMinutes(4);
    static final Duration PAUSE = Duration.ofSeconds(30);
    /** Pause after a failed fetch while the cache has no keys. */
    static final Duration EMPTY_PAUSE = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(RemoteKeys.class.getName());

    private final Supplier<CompletableFuture<JwkSet>> fetch;
    private final Clock clock;
    private final AtomicReference<Attempt> last = new AtomicReference<>(Attempt.NONE);
    private final MissingKeys missing = new MissingKeys();
    private volatile Fetched current = Fetched.NOTHING;

    /** @param fetch starts a fetch without blocking; the future completes or fails within 2 seconds */
    RemoteKeys(Supplier<CompletableFuture<JwkSet>> fetch, Clock clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    /**
     * Returns the keys with this id for this algorithm; empty if the set has none.
     *
     * @throws InvalidTokenException with {@link Reason#KEYS_UNAVAILABLE} if the cache cannot decide
     */
    List<VerificationKey> find(String keyId, JWSAlgorithm algorithm) {
        long begun = requireNonNull(last.get()).number();
        List<VerificationKey> keys = fresh().keys().find(keyId, algorithm);
        if (!keys.isEmpty()) {
            return keys;
        }
        long asked = missing.first(keyId, begun);
        boolean fetched = attempt(PAUSE).succeeded();
        // Second look-up: the fetch may have ended meanwhile, and a valid token must not get a final rejection.
        Fetched now = current;
        boolean decided = now.keys().keyIds().contains(keyId) || now.number() > asked;
        if (!fetched || !decided) {
            throw new InvalidTokenException(
                    Reason.KEYS_UNAVAILABLE, "the token's key is not known yet, and is fetched within half a minute");
        }
        return now.keys().find(keyId, algorithm);
    }

    /**
     * Returns true if {@link #find} may wait for a fetch now. Returns false while any keys are younger than 5 minutes.
     */
    boolean waitsNow() {
        return passed(current.at(), MAX_AGE);
    }

    private Fetched fresh() {
        Fetched known = current;
        if (!passed(known.at(), REFRESH_AGE)) {
            return known;
        }
        Attempt attempt = attempt(known.equals(Fetched.NOTHING) ? EMPTY_PAUSE : PAUSE);
        if (passed(known.at(), MAX_AGE) && !attempt.afterFailure()) {
            attempt.result().join();
        }
        return current;
    }

    /** Returns the running attempt, or the last one if it began less than a pause ago, or starts a new one. */
    private Attempt attempt(Duration pause) {
        Attempt before = requireNonNull(last.get());
        if (!before.result().isDone() || !passed(before.started(), pause)) {
            return before;
        }
        Attempt next =
                new Attempt(before.number() + 1, clock.instant(), !before.succeeded(), new CompletableFuture<>());
        if (!last.compareAndSet(before, next)) {
            return requireNonNull(last.get());
        }
        start(next);
        return next;
    }

    private void start(Attempt attempt) {
        // Composition: an exception of fetch.get() also ends the attempt as a failure.
        var unused = CompletableFuture.completedFuture(attempt.started())
                .thenCompose(started -> fetch.get())
                .thenApply(keys -> {
                    current = new Fetched(keys, attempt.number(), attempt.started());
                    return true;
                })
                .exceptionally(this::failed)
                .thenAccept(attempt.result()::complete);
    }

    private boolean failed(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        LOG.log(
                Level.WARNING,
                "cordon.token.jwks-url cannot be fetched ({0}); keys still in use: {1}",
                cause,
                current.keys().size());
        return false;
    }

    /** Returns true also if the clock was set back: one extra fetch is better than none for hours. */
    private boolean passed(Instant since, Duration span) {
        Duration elapsed = Duration.between(since, clock.instant());
        return elapsed.isNegative() || elapsed.compareTo(span) >= 0;
    }

    /**
     * @param number number of the fetch that found the keys
     * @param at start of that fetch
     */
    private record Fetched(JwkSet keys, long number, Instant at) {
        static final Fetched NOTHING = new Fetched(JwkSet.EMPTY, 0, Instant.EPOCH);
    }

    /**
     * @param number number of the fetch, from 1
     * @param afterFailure true if the attempt before this one failed
     * @param result true if the fetch succeeded; never completes exceptionally
     */
    private record Attempt(long number, Instant started, boolean afterFailure, CompletableFuture<Boolean> result) {
        static final Attempt NONE = new Attempt(0, Instant.EPOCH, false, CompletableFuture.completedFuture(true));

        boolean succeeded() {
            return result.getNow(false);
        }
    }
}
