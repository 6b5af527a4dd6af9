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
 * The keys at an address, kept for five minutes and fetched again before they are that old. Thread-safe; no lock is held while
 * fetching, and one fetch is under way at a time.
 *
 * <p>Who waits: callers that find no keys, or none younger than five minutes, wait for the fetch, at most two seconds. Nobody
 * waits after a failed fetch, until one succeeds: the old keys go on serving, however old, and with no keys at all the token is
 * refused as {@link Reason#KEYS_UNAVAILABLE}. An unknown key id starts a fetch, at most every 30 seconds, and is refused the same
 * way until a fetch has worked that began after the id was first asked for: it may have been published since the one before. When that
 * fetch has not found it, it is invalid. So is an id that the set has, with a key of another kind.
 *
 * <p>Not Nimbus's {@code JWKSourceBuilder}: its callers wait under a lock, again for each unknown key id, and it reads the
 * system clock.
 */
final class RemoteKeys {
    static final Duration MAX_AGE = Duration.ofMinutes(5);
    static final Duration REFRESH_AGE = Duration.ofMinutes(4);
    static final Duration PAUSE = Duration.ofSeconds(30);
    /** Pause after a failure while there are no keys at all. */
    static final Duration EMPTY_PAUSE = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(RemoteKeys.class.getName());

    private final Supplier<CompletableFuture<JwkSet>> fetch;
    private final Clock clock;
    private final AtomicReference<Attempt> last = new AtomicReference<>(Attempt.NONE);
    private final MissingKeys missing = new MissingKeys();
    private volatile Fetched current = Fetched.NOTHING;

    /** @param fetch starts a fetch without blocking; the future ends within two seconds, one way or the other */
    RemoteKeys(Supplier<CompletableFuture<JwkSet>> fetch, Clock clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    /**
     * The keys with this id for this algorithm; empty if the set has none.
     *
     * @throws InvalidTokenException with {@link Reason#KEYS_UNAVAILABLE}
     */
    List<VerificationKey> find(String keyId, JWSAlgorithm algorithm) {
        long begun = requireNonNull(last.get()).number();
        List<VerificationKey> keys = fresh().keys().find(keyId, algorithm);
        if (!keys.isEmpty()) {
            return keys;
        }
        long asked = missing.first(keyId, begun);
        boolean fetched = attempt(PAUSE).succeeded();
        // Looked up again: the fetch may have ended since, and a good token must not be refused for good.
        Fetched now = current;
        boolean decided = now.keys().keyIds().contains(keyId) || now.number() > asked;
        if (!fetched || !decided) {
            throw new InvalidTokenException(
                    Reason.KEYS_UNAVAILABLE, "the token's key is not known yet, and is fetched within half a minute");
        }
        return now.keys().find(keyId, algorithm);
    }

    /** Whether {@link #find} may wait for a fetch just now; false for sure while keys younger than five minutes are there. */
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

    /** The attempt under way, or the last one if it began less than a pause ago, or a new one. */
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
        // Composed, so that a fetch that cannot even start ends the attempt like any other failure.
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
                "cordon.token.jwks-url cannot be fetched ({0}); keys that serve on: {1}",
                cause,
                current.keys().size());
        return false;
    }

    /** True as well when the clock was set back: better one fetch too many than none for hours. */
    private boolean passed(Instant since, Duration span) {
        Duration elapsed = Duration.between(since, clock.instant());
        return elapsed.isNegative() || elapsed.compareTo(span) >= 0;
    }

    /**
     * @param number of its fetch
     * @param at when that began
     */
    private record Fetched(JwkSet keys, long number, Instant at) {
        static final Fetched NOTHING = new Fetched(JwkSet.EMPTY, 0, Instant.EPOCH);
    }

    /**
     * @param number counts fetches
     * @param afterFailure whether the attempt before this one failed
     * @param result whether it worked; never completes exceptionally
     */
    private record Attempt(long number, Instant started, boolean afterFailure, CompletableFuture<Boolean> result) {
        static final Attempt NONE = new Attempt(0, Instant.EPOCH, false, CompletableFuture.completedFuture(true));

        boolean succeeded() {
            return result.getNow(false);
        }
    }
}
