package dev.cordon.auth;

import static dev.cordon.auth.TokenSettingsBuilder.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import dev.cordon.auth.InvalidTokenException.Reason;
import dev.cordon.log.HandClock;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.LogLines;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwksUrlTest {
    private static final SigningKey EC = SigningKey.es256();
    private static final SigningKey RSA = SigningKey.rs256(2048);
    private static final SigningKey ED = SigningKey.ed25519();
    private static final String ANN =
            "{\"sub\":\"ann\",\"exp\":" + (HandClock.START.getEpochSecond() + 1_000_000) + "}";

    private final HandClock clock = new HandClock();
    private final JwksServer server = new JwksServer();
    private final TokenVerifier verifier =
            new TokenVerifier(tokens().jwksUrl(server.url()).build(), clock);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void acceptsEachKindOfKeyByItsIdWithOneFetch() {
        server.serves(EC.jwk("e"), RSA.jwk("r"), ED.jwk("d"));

        assertAccepted(EC.tokenWithKeyId("e", ANN));
        assertAccepted(RSA.tokenWithKeyId("r", ANN));
        assertAccepted(ED.tokenWithKeyId("d", ANN));
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void fetchesNothingBeforeATokenNeedsIt() {
        server.serves(EC.jwk("e"));

        assertThat(rejection("not a token")).isEqualTo(Reason.INVALID);
        assertThat(rejection(EC.token(ANN))).as("no kid").isEqualTo(Reason.INVALID);
        assertThat(rejection(SigningKey.hs256("x".repeat(32)).tokenWithKeyId("e", ANN)))
                .as("HS256 is never remote")
                .isEqualTo(Reason.INVALID);
        assertThat(server.requests()).isZero();
    }

    @Test
    @DisplayName(
            "D2: the verifier says in advance whether a token may have to wait for keys, so that no server thread waits")
    void saysInAdvanceWhetherATokenMayHaveToWait() {
        server.serves(EC.jwk("e"));
        assertThat(verifier.waitsNow()).as("no keys yet").isTrue();

        assertAccepted(EC.tokenWithKeyId("e", ANN));
        assertThat(verifier.waitsNow()).as("keys at hand").isFalse();

        clock.advance(RemoteKeys.MAX_AGE);
        assertThat(verifier.waitsNow()).as("old keys").isTrue();
    }

    @Test
    void mayWaitOnlyWithAnAddressOfKeys() {
        assertThat(verifier.mayWait()).isTrue();
        assertThat(new TokenVerifier(TokenSettings.ofSecret("x".repeat(32)), clock).mayWait())
                .isFalse();
    }

    @Test
    void findsTheKeysOfAnIdThatAreForTheAlgorithm() {
        JwkSet set = parsed("{\"keys\":[" + EC.jwk("one") + "," + RSA.jwk("one") + "," + EC.jwk("other") + "]}");

        assertThat(set.find("one", JWSAlgorithm.RS256))
                .extracting(VerificationKey::algorithm)
                .containsExactly(JWSAlgorithm.RS256);
        assertThat(set.find("one", JWSAlgorithm.EdDSA)).isEmpty();
        assertThat(set.find("other", JWSAlgorithm.ES256)).hasSize(1);
    }

    @Test
    @DisplayName("C3: the log says why no key of the address has signed a token; the client is not told")
    void tellsTheLogWhyNoFetchedKeyHasSignedAToken() {
        server.serves(EC.jwk("e"));
        String secret = "a-secret-of-at-least-thirty-two-bytes!";
        TokenVerifier withSecret =
                new TokenVerifier(tokens().secret(secret).jwksUrl(server.url()).build(), clock);
        SigningKey anotherSecret = SigningKey.hs256(secret + "x");

        assertThat(logged(verifier, EC.token(ANN)))
                .isEqualTo("it has no kid, by which a key of cordon.token.jwks-url is found");
        assertThat(logged(verifier, SigningKey.es256().tokenWithKeyId("e", ANN)))
                .isEqualTo("its signature is of another key than the configured one for ES256");
        assertThat(logged(verifier, anotherSecret.token(ANN))).isEqualTo("there is no key for its alg HS256");
        assertThat(logged(withSecret, anotherSecret.token(ANN)))
                .isEqualTo("its signature is of another key than the configured one for HS256");
    }

    @Test
    void rejectsATokenOfAnotherKeyUnderAKnownId() {
        server.serves(EC.jwk("e"), RSA.jwk("r"));

        assertThat(rejection(SigningKey.es256().tokenWithKeyId("e", ANN))).isEqualTo(Reason.INVALID);
        assertThat(rejection(EC.tokenWithKeyId("r", ANN))).isEqualTo(Reason.INVALID);
        assertThat(rejection(EC.tokenWithKeyId("E", ANN)))
                .as("an unknown id, whose key may have been published since")
                .isEqualTo(Reason.KEYS_UNAVAILABLE);
    }

    @Test
    @DisplayName(
            "C2: a token of a key published since the last fetch gets a temporary error until the keys are fetched after the pause")
    void fetchesARotatedKeyOnceThePauseIsOver() {
        SigningKey fresh = SigningKey.es256();
        server.serves(EC.jwk("old"));
        assertAccepted(EC.tokenWithKeyId("old", ANN));
        server.serves(EC.jwk("old"), fresh.jwk("new"));

        assertThat(rejection(fresh.tokenWithKeyId("new", ANN)))
                .as("within the pause: the client comes again")
                .isEqualTo(Reason.KEYS_UNAVAILABLE);
        clock.advance(RemoteKeys.PAUSE);
        // Starts the fetch; the client is told to come back.
        Reason meanwhile = rejectionOrAccepted(fresh.tokenWithKeyId("new", ANN)).orElse(Reason.KEYS_UNAVAILABLE);

        assertThat(meanwhile).isEqualTo(Reason.KEYS_UNAVAILABLE);
        await().ignoreExceptionsInstanceOf(InvalidTokenException.class)
                .untilAsserted(() -> assertAccepted(fresh.tokenWithKeyId("new", ANN)));
        assertAccepted(EC.tokenWithKeyId("old", ANN));
        assertThat(server.requests()).isEqualTo(2);
    }

    @Test
    @DisplayName("C2: a key id is invalid once a fetch that began after its first use has not found it")
    void rejectsAKeyIdThatALaterFetchHasNotFound() {
        server.serves(EC.jwk("e"));
        assertThat(rejection(EC.tokenWithKeyId("never", ANN)))
                .as("fetched for it")
                .isEqualTo(Reason.INVALID);

        assertThat(rejection(EC.tokenWithKeyId("other", ANN))).isEqualTo(Reason.KEYS_UNAVAILABLE);
        clock.advance(RemoteKeys.PAUSE);
        rejection(EC.tokenWithKeyId("other", ANN));

        await().untilAsserted(() ->
                assertThat(rejection(EC.tokenWithKeyId("other", ANN))).isEqualTo(Reason.INVALID));
        assertThat(server.requests()).isEqualTo(2);
    }

    @Test
    @DisplayName("C2: unknown key ids are remembered up to a bound and forgotten after two fetches")
    void remembersUnknownKeyIdsUpToABound() {
        MissingKeys missing = new MissingKeys();
        for (int i = 0; i < 2 * MissingKeys.MOST; i++) {
            missing.first("made-up-" + i, 1);
        }
        assertThat(missing.size()).isEqualTo(MissingKeys.MOST);
        assertThat(missing.first("made-up-" + (2 * MissingKeys.MOST - 1), 2)).isEqualTo(1);

        assertThat(missing.first("asked", 3)).isEqualTo(3);
        assertThat(missing.size()).isEqualTo(1);
    }

    @Test
    void forgetsAKeyThatTheSetNoLongerHas() {
        server.serves(EC.jwk("gone"), RSA.jwk("stays"));
        assertAccepted(EC.tokenWithKeyId("gone", ANN));
        server.serves(RSA.jwk("stays"));

        clock.advance(RemoteKeys.MAX_AGE);

        assertThat(rejection(EC.tokenWithKeyId("gone", ANN))).isEqualTo(Reason.INVALID);
        assertAccepted(RSA.tokenWithKeyId("stays", ANN));
    }

    @Test
    void keepsFetchedKeysWhileTheServerIsDown() {
        server.serves(EC.jwk("e"));
        assertAccepted(EC.tokenWithKeyId("e", ANN));
        server.close();

        for (int i = 0; i < 5; i++) {
            clock.advance(RemoteKeys.MAX_AGE);
            assertAccepted(EC.tokenWithKeyId("e", ANN));
        }
        assertThat(rejection(SigningKey.es256().tokenWithKeyId("e", ANN))).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "500:{\"keys\":[]}",
                "404:",
                "302:",
                "200:",
                "200:null",
                "200:[]",
                "200:{}",
                "200:<html>",
                "200:{\"keys\":1}"
            })
    void keepsItsKeysAfterAnInvalidAnswer(String answer) {
        server.serves(EC.jwk("e"));
        assertAccepted(EC.tokenWithKeyId("e", ANN));
        server.answers(Integer.parseInt(answer.substring(0, 3)), answer.substring(4));

        clock.advance(RemoteKeys.MAX_AGE);

        assertAccepted(EC.tokenWithKeyId("e", ANN));
        assertThat(server.requests()).as("no redirect followed").isEqualTo(2);
    }

    @Test
    void rejectsAnAnswerThatIsTooLong() {
        server.answers(200, "{\"keys\":[" + EC.jwk("e") + "],\"x\":\"" + "x".repeat(JwkSetClient.MAX_BYTES) + "\"}");

        assertThat(rejection(EC.tokenWithKeyId("e", ANN))).isEqualTo(Reason.KEYS_UNAVAILABLE);
    }

    @Test
    @DisplayName(
            "F33 while no keys could be fetched every token is rejected; a token with a key id gets a temporary error")
    void rejectsEveryTokenWhileNoKeysCouldBeFetched() {
        server.close();

        assertThat(rejection(EC.tokenWithKeyId("e", ANN))).isEqualTo(Reason.KEYS_UNAVAILABLE);
        assertThat(rejection(EC.token(ANN))).isEqualTo(Reason.INVALID);
    }

    @Test
    void acceptsTokensOnceTheServerAnswers() {
        server.answers(503, "");
        assertThat(rejection(EC.tokenWithKeyId("e", ANN))).isEqualTo(Reason.KEYS_UNAVAILABLE);
        server.serves(EC.jwk("e"));

        clock.advance(RemoteKeys.EMPTY_PAUSE);

        await().ignoreExceptionsInstanceOf(InvalidTokenException.class)
                .untilAsserted(() -> assertAccepted(EC.tokenWithKeyId("e", ANN)));
        assertThat(server.requests()).isEqualTo(2);
    }

    @Test
    void fetchesAtMostOnceAPauseForUnknownKeyIds() {
        server.serves(EC.jwk("e"));
        assertAccepted(EC.tokenWithKeyId("e", ANN));

        for (int i = 0; i < 100; i++) {
            assertThat(rejection(EC.tokenWithKeyId("unknown-" + i, ANN))).isEqualTo(Reason.KEYS_UNAVAILABLE);
        }
        assertThat(server.requests()).isEqualTo(1);

        clock.advance(RemoteKeys.PAUSE);
        IntStream.range(0, 100).forEach(i -> rejection(EC.tokenWithKeyId("unknown-" + i, ANN)));
        await().untilAsserted(() ->
                assertThat(rejection(EC.tokenWithKeyId("unknown-7", ANN))).isEqualTo(Reason.INVALID));
        assertThat(server.requests()).isEqualTo(2);
    }

    @Test
    @DisplayName("jku, x5u and jwk in a token's header are ignored, and nothing is fetched from their addresses")
    void ignoresKeysAndAddressesInTheTokenHeader() {
        SigningKey attacker = SigningKey.es256();
        server.serves(EC.jwk("e"));
        assertAccepted(EC.tokenWithKeyId("e", ANN));
        try (JwksServer evil = new JwksServer()) {
            evil.serves(attacker.jwk("e"), attacker.jwk("evil"));
            for (String id : List.of("e", "evil")) {
                String header = "{\"alg\":\"ES256\",\"kid\":\"%s\",\"jku\":\"%s\",\"x5u\":\"%s\",\"jwk\":%s}"
                        .formatted(id, evil.url(), evil.url(), attacker.jwk(id));

                assertThat(rejection(attacker.signed(header, ANN)))
                        .isEqualTo(id.equals("e") ? Reason.INVALID : Reason.KEYS_UNAVAILABLE);
            }

            assertThat(evil.requests()).isZero();
        }
    }

    @Test
    void ignoresUnusableKeysOfTheSet() {
        SigningKey weak = SigningKey.rs256(1024);
        SigningKey large = SigningKey.es384();
        server.serves(
                weak.jwk("weak"),
                large.jwk("p384"),
                "{\"kid\":\"enc\",\"use\":\"enc\"," + EC.jwkMembers() + "}",
                "{\"kid\":\"alg\",\"alg\":\"ES512\"," + EC.jwkMembers() + "}",
                "{\"kid\":\"ops\",\"key_ops\":[\"sign\"]," + EC.jwkMembers() + "}",
                "{" + EC.jwkMembers() + "}",
                "{\"kid\":\"oct\",\"kty\":\"oct\",\"k\":\"" + SigningKey.encoded("x".repeat(32)) + "\"}",
                "{\"kid\":\"odd\",\"kty\":\"LATIN\"}",
                "{\"kid\":\"short\",\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}",
                "{\"kid\":\"off\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
                "{\"kid\":\"good\",\"use\":\"sig\",\"alg\":\"ES256\"," + EC.jwkMembers() + "}");

        assertAccepted(EC.tokenWithKeyId("good", ANN));
        assertThat(List.of(
                        weak.tokenWithKeyId("weak", ANN),
                        EC.tokenWithKeyId("enc", ANN),
                        EC.tokenWithKeyId("alg", ANN),
                        EC.tokenWithKeyId("ops", ANN),
                        EC.token(ANN),
                        SigningKey.hs256("x".repeat(32)).tokenWithKeyId("oct", ANN)))
                .allSatisfy(token -> assertThat(rejection(token)).isEqualTo(Reason.INVALID));
    }

    @Test
    @DisplayName("F29 F48 many tokens at once share one fetch")
    void manyTokensShareOneFetch() throws InterruptedException {
        AtomicInteger fetches = new AtomicInteger();
        CompletableFuture<JwkSet> slow = new CompletableFuture<>();
        RemoteKeys keys = new RemoteKeys(
                () -> {
                    fetches.incrementAndGet();
                    return slow;
                },
                clock);
        TokenVerifier shared = new TokenVerifier(TokenSettings.none(), clock, Optional.of(keys));
        String token = EC.tokenWithKeyId("e", ANN);
        CountDownLatch running = new CountDownLatch(20);
        List<CompletableFuture<UserId>> users = IntStream.range(0, 20)
                .mapToObj(i -> {
                    CompletableFuture<UserId> user = new CompletableFuture<>();
                    new Thread(() -> {
                                running.countDown();
                                user.complete(shared.verify(token).user());
                            })
                            .start();
                    return user;
                })
                .toList();
        running.await();
        await().until(() -> fetches.get() > 0);

        slow.complete(parsed("{\"keys\":[" + EC.jwk("e") + "]}"));

        assertThat(users).allSatisfy(user -> assertThat(user).succeedsWithin(Duration.ofSeconds(10)));
        assertThat(fetches).hasValue(1);
    }

    @Test
    void doesNotWaitForTheNextFetchAfterAFailure() {
        CompletableFuture<JwkSet> hanging = new CompletableFuture<>();
        AtomicInteger fetches = new AtomicInteger();
        RemoteKeys keys = new RemoteKeys(
                () -> fetches.incrementAndGet() == 1
                        ? CompletableFuture.failedFuture(new java.io.IOException("down"))
                        : hanging,
                clock);
        TokenVerifier down = new TokenVerifier(TokenSettings.none(), clock, Optional.of(keys));
        assertThat(rejectionOf(down, EC.tokenWithKeyId("e", ANN))).contains(Reason.KEYS_UNAVAILABLE);

        clock.advance(RemoteKeys.EMPTY_PAUSE);

        // Would hang here if it waited for the second fetch.
        assertThat(rejectionOf(down, EC.tokenWithKeyId("e", ANN))).contains(Reason.KEYS_UNAVAILABLE);
        assertThat(fetches).hasValue(2);
    }

    @Test
    @DisplayName("C2: a token of a new key is accepted at once if the fetch that it starts ends at once")
    void acceptsARotatedKeyWhoseFetchEndsAtOnce() {
        SigningKey fresh = SigningKey.es256();
        AtomicReference<JwkSet> published = new AtomicReference<>(parsed("{\"keys\":[" + EC.jwk("old") + "]}"));
        RemoteKeys keys = new RemoteKeys(() -> CompletableFuture.completedFuture(published.get()), clock);
        TokenVerifier quick = new TokenVerifier(TokenSettings.none(), clock, Optional.of(keys));
        assertThat(rejectionOf(quick, EC.tokenWithKeyId("old", ANN))).isEmpty();
        published.set(parsed("{\"keys\":[" + fresh.jwk("new") + "]}"));

        clock.advance(RemoteKeys.PAUSE);

        assertThat(rejectionOf(quick, fresh.tokenWithKeyId("new", ANN))).isEmpty();
    }

    @Test
    @DisplayName("F48 a token that comes second to start a fetch takes the keys of the first")
    void takesTheFetchOfATokenThatWasFaster() {
        AtomicInteger fetches = new AtomicInteger();
        InterruptingClock busy = new InterruptingClock();
        RemoteKeys keys = new RemoteKeys(
                () -> {
                    fetches.incrementAndGet();
                    return CompletableFuture.completedFuture(parsed("{\"keys\":[" + EC.jwk("e") + "]}"));
                },
                busy);
        List<VerificationKey> faster = new ArrayList<>();
        // The third look at the clock is for the start of the fetch, just before the fetch is the current one.
        busy.atLook(3, () -> faster.addAll(keys.find("e", JWSAlgorithm.ES256)));

        List<VerificationKey> found = keys.find("e", JWSAlgorithm.ES256);

        assertThat(found).hasSize(1).isEqualTo(faster);
        assertThat(fetches).hasValue(1);
    }

    @Test
    @DisplayName("F33 a failed fetch is logged with its cause and the number of keys that remain")
    void logsWhyTheKeysCannotBeFetched() {
        AtomicReference<CompletableFuture<JwkSet>> answer =
                new AtomicReference<>(CompletableFuture.failedFuture(new IOException("down")));
        RemoteKeys keys = new RemoteKeys(answer::get, clock);

        assertThat(LogLines.of(RemoteKeys.class, () -> assertUnavailable(keys)))
                .extracting(new SimpleFormatter()::formatMessage)
                .containsExactly("cordon.token.jwks-url cannot be fetched (java.io.IOException: down);"
                        + " keys still in use: 0");

        CompletableFuture<JwkSet> failure = answer.getAndSet(
                CompletableFuture.completedFuture(parsed("{\"keys\":[" + EC.jwk("e") + "," + RSA.jwk("r") + "]}")));
        clock.advance(RemoteKeys.EMPTY_PAUSE);
        assertThat(keys.find("e", JWSAlgorithm.ES256)).hasSize(1);
        answer.set(failure);
        clock.advance(RemoteKeys.MAX_AGE);

        assertThat(LogLines.of(
                        RemoteKeys.class,
                        () -> assertThat(keys.find("e", JWSAlgorithm.ES256)).hasSize(1)))
                .extracting(new SimpleFormatter()::formatMessage)
                .containsExactly("cordon.token.jwks-url cannot be fetched (java.io.IOException: down);"
                        + " keys still in use: 2");
    }

    @Test
    void reportsUnavailableKeysWhenAFetchCannotStart() {
        RemoteKeys keys = new RemoteKeys(
                () -> {
                    throw new IllegalStateException("no threads");
                },
                clock);
        TokenVerifier broken = new TokenVerifier(TokenSettings.none(), clock, Optional.of(keys));

        assertThat(rejectionOf(broken, EC.tokenWithKeyId("e", ANN))).contains(Reason.KEYS_UNAVAILABLE);
    }

    @Test
    void fetchesTheKeysAgainWhenTheClockIsSetBack() {
        server.serves(EC.jwk("e"));
        assertAccepted(EC.tokenWithKeyId("e", ANN));

        clock.advance(Duration.ofHours(-5));

        assertAccepted(EC.tokenWithKeyId("e", ANN));
        assertThat(server.requests()).isEqualTo(2);
    }

    private static JwkSet parsed(String json) {
        try {
            return JwkSet.parse(json);
        } catch (java.text.ParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void assertUnavailable(RemoteKeys keys) {
        assertThatThrownBy(() -> keys.find("e", JWSAlgorithm.ES256))
                .isInstanceOfSatisfying(
                        InvalidTokenException.class, e -> assertThat(e.reason()).isEqualTo(Reason.KEYS_UNAVAILABLE));
    }

    /** Returns what the log adds to the message of a token that no key has signed. */
    private static String logged(TokenVerifier by, String token) {
        String message = "no configured key has signed this token";
        List<LogRecord> records = LogLines.of(
                TokenVerifier.class,
                () -> assertThatThrownBy(() -> by.verify(token)).hasMessage(message));
        assertThat(records).hasSize(1);
        return records.get(0).getMessage().replace("A token was rejected: " + message + ": ", "");
    }

    private void assertAccepted(String token) {
        assertThat(verifier.verify(token).user()).isEqualTo(new UserId("ann"));
    }

    private Reason rejection(String token) {
        return rejectionOrAccepted(token).orElseThrow(() -> new AssertionError("accepted"));
    }

    private Optional<Reason> rejectionOrAccepted(String token) {
        return rejectionOf(verifier, token);
    }

    private static Optional<Reason> rejectionOf(TokenVerifier by, String token) {
        return Optional.ofNullable(catchThrowableOfType(InvalidTokenException.class, () -> by.verify(token)))
                .map(InvalidTokenException::reason);
    }

    /** A clock that stands still and runs something else at one of the looks at it, as another thread might. */
    private static final class InterruptingClock extends HandClock {
        private int looks;
        private int moment;
        private Runnable interruption = () -> {};

        void atLook(int number, Runnable run) {
            moment = number;
            interruption = run;
        }

        @Override
        public Instant instant() {
            looks++;
            if (looks == moment) {
                interruption.run();
            }
            return super.instant();
        }
    }
}
