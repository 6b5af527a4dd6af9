package dev.cordon.auth;

import static dev.cordon.auth.TokenSettingsBuilder.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cordon.auth.InvalidTokenException.Reason;
import dev.cordon.log.HandClock;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.LogLines;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
    private static final String SECRET = "a-secret-of-at-least-thirty-two-bytes!";
    private static final SigningKey HMAC = SigningKey.hs256(SECRET);
    private static final SigningKey RSA = SigningKey.rs256(2048);
    private static final SigningKey EC = SigningKey.es256();
    private static final SigningKey ED = SigningKey.ed25519();
    private static final String ANN =
            "{\"sub\":\"ann\",\"exp\":" + HandClock.START.plusSeconds(3600).getEpochSecond() + "}";

    private final HandClock clock = new HandClock();

    static Stream<SigningKey> publicKeys() {
        return Stream.of(RSA, EC, ED);
    }

    @Test
    void acceptsHs256WithTheSecret() {
        assertThat(bySecret().verify(HMAC.token(ANN)).user()).isEqualTo(new UserId("ann"));
    }

    @ParameterizedTest
    @MethodSource("publicKeys")
    void acceptsASignatureOfTheConfiguredPublicKey(SigningKey key) {
        assertThat(by(key).verify(key.token(ANN)).user()).isEqualTo(new UserId("ann"));
    }

    @ParameterizedTest
    @MethodSource("publicKeys")
    void acceptsAPemWithEscapedLineBreaks(SigningKey key) {
        TokenVerifier verifier = new TokenVerifier(
                tokens().publicKey(key.pem().replace("\n", "\\n")).build(), clock);

        assertThat(verifier.verify(key.token(ANN)).user()).isEqualTo(new UserId("ann"));
    }

    @ParameterizedTest
    @MethodSource("publicKeys")
    void rejectsATokenOfAnotherKeyOfTheSameKind(SigningKey key) {
        SigningKey other = switch (key.algorithm()) {
            case "RS256" -> SigningKey.rs256(2048);
            case "ES256" -> SigningKey.es256();
            default -> SigningKey.ed25519();
        };

        assertThat(rejection(by(key), other.token(ANN))).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @MethodSource("publicKeys")
    void rejectsASignatureOfOtherClaims(SigningKey key) {
        String[] parts = key.token(ANN).split("\\.", -1);
        String forged = parts[0] + "." + SigningKey.encoded(ANN.replace("ann", "bob")) + "." + parts[2];

        assertThat(rejection(by(key), forged)).isEqualTo(Reason.INVALID);
    }

    @Test
    @DisplayName("F32 a token signed with another secret is rejected")
    void rejectsATokenSignedWithAnotherSecret() {
        String token = SigningKey.hs256(SECRET + "x").token(ANN);

        assertThat(rejection(bySecret(), token)).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @MethodSource("publicKeys")
    void rejectsHs256SignedWithThePublicKeyAsSecret(SigningKey key) {
        String byPem = SigningKey.hs256(key.pem()).token(ANN);
        String byStrippedPem = SigningKey.hs256(key.pem().strip()).token(ANN);
        String byBytes = SigningKey.hs256(Base64.getMimeDecoder().decode(key.publicKey()))
                .token(ANN);

        assertThat(Stream.of(byPem, byStrippedPem, byBytes).map(token -> rejection(by(key), token)))
                .containsOnly(Reason.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "HS384", "HS512", "RS512", "PS256", "ES256K", "", "x"})
    void rejectsEveryOtherAlgorithm(String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\"}";

        assertThat(rejection(everyKey(), HMAC.signed(header, ANN))).isEqualTo(Reason.INVALID);
        assertThat(rejection(everyKey(), RSA.signed(header, ANN))).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AA", "AAAA"})
    void rejectsAlgNoneWithAnySignature(String signature) {
        String unsigned = SigningKey.encoded("{\"alg\":\"none\"}") + "." + SigningKey.encoded(ANN) + "." + signature;

        assertThat(rejection(everyKey(), unsigned)).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @MethodSource("publicKeys")
    void rejectsASignatureOfAnotherLength(SigningKey key) {
        String token = key.token(ANN);
        String input = token.substring(0, token.lastIndexOf('.') + 1);

        assertThat(Stream.of("AAAA", token.substring(input.length()) + "AAAA")
                        .map(signature -> rejection(by(key), input + signature)))
                .containsOnly(Reason.INVALID);
    }

    @Test
    void rejectsAnAllZeroEcdsaSignature() {
        String psychic = SigningKey.encoded("{\"alg\":\"ES256\"}") + "." + SigningKey.encoded(ANN) + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);

        assertThat(rejection(by(EC), psychic)).isEqualTo(Reason.INVALID);
    }

    @Test
    @DisplayName("F32 without configured keys every token is rejected")
    void rejectsEveryTokenWithoutConfiguredKeys() {
        TokenVerifier none = new TokenVerifier(TokenSettings.none(), clock);

        assertThat(Stream.of(HMAC, RSA, EC, ED).map(key -> rejection(none, key.token(ANN))))
                .containsOnly(Reason.INVALID);
    }

    @Test
    @DisplayName("F32 tokens signed with well-known secrets are rejected")
    void rejectsWellKnownSecrets() {
        assertThat(Stream.of("secret", "changeme", "cordon", "0".repeat(32), SECRET.toUpperCase(java.util.Locale.ROOT))
                        .map(known ->
                                rejection(bySecret(), SigningKey.hs256(known).token(ANN))))
                .containsOnly(Reason.INVALID);
    }

    @Test
    @DisplayName("F35 a verifier with several keys accepts tokens signed by each of them and rejects all others")
    void acceptsTokensOfEachConfiguredKey() {
        assertThat(everyKey().verify(HMAC.token(ANN))).isEqualTo(everyKey().verify(EC.token(ANN)));
        assertThat(rejection(everyKey(), RSA.token(ANN))).isEqualTo(Reason.INVALID);
    }

    @Test
    @Tag("F32")
    void ignoresAKeyInTheTokenHeader() {
        SigningKey attacker = SigningKey.es256();
        String header = "{\"alg\":\"ES256\",\"jwk\":{" + attacker.jwkMembers() + "}}";

        assertThat(rejection(by(EC), attacker.signed(header, ANN))).isEqualTo(Reason.INVALID);
        assertThat(by(EC).verify(EC.signed(header, ANN)).user()).isEqualTo(new UserId("ann"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
                "{\"alg\":\"HS256\",\"b64\":false}",
                "{\"alg\":[\"HS256\"]}",
                "{\"alg\":null}",
                "{\"typ\":\"JWT\"}",
                "[]",
                "null",
                "\"HS256\"",
                "{\"alg\":\"HS256\"",
                ""
            })
    void rejectsUnsupportedOrMalformedHeaders(String header) {
        assertThat(rejection(bySecret(), HMAC.signed(header, ANN))).isEqualTo(Reason.INVALID);
    }

    @Test
    void rejectsADeeplyNestedHeader() {
        String header = "{\"alg\":\"HS256\",\"x\":" + "[".repeat(2000) + "]".repeat(2000) + "}";

        assertThat(rejection(bySecret(), HMAC.signed(header, ANN))).isEqualTo(Reason.INVALID);
    }

    @Test
    void rejectsANonCanonicalEncodingOfASignature() {
        String token = HMAC.token(ANN);
        // 32 bytes leave two spare bits in the 43rd character.
        char last = token.charAt(token.length() - 1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        String respelled = token.substring(0, token.length() - 1) + alphabet.charAt(alphabet.indexOf(last) + 1);

        assertThat(rejection(bySecret(), respelled)).isEqualTo(Reason.INVALID);
    }

    @Test
    void rejectsATokenOfMoreThanEightKibibytes() {
        String claims = ANN.replace("}", ",\"pad\":\"" + "x".repeat(CompactToken.MAX_LENGTH) + "\"}");

        assertThat(rejection(bySecret(), HMAC.token(claims))).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s\n", " %s", "%s=", "%s.", ".%s", "%s.AA", "Bearer %s"})
    void rejectsAnythingAroundAToken(String form) {
        assertThat(rejection(bySecret(), form.formatted(HMAC.token(ANN)))).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "...", "a", "a.", "a.b", "a.b.", ".b.c", "a..c", "a.b.c.d", "a.b.ö", "a.b/.c"})
    void rejectsTextThatIsNotACompactJwt(String token) {
        assertThat(rejection(everyKey(), token)).isEqualTo(Reason.INVALID);
    }

    @Test
    void rejectsAForgedTokenWithTheHeaderOfAVerifiedOne() {
        TokenVerifier verifier = bySecret();
        String good = HMAC.token(ANN);
        verifier.verify(good);
        String forged = SigningKey.hs256("another-secret-of-thirty-two-bytes!!").token(ANN);

        assertThat(forged.substring(0, forged.indexOf('.'))).isEqualTo(good.substring(0, good.indexOf('.')));
        assertThat(rejection(verifier, forged)).isEqualTo(Reason.INVALID);
    }

    @Test
    void keepsTheHeaderOfATokenThatAKeyHasSigned() {
        String good = HMAC.tokenWithKeyId("kept-by-the-verifier", ANN);
        String forged = SigningKey.hs256(SECRET + "x").tokenWithKeyId("not-kept-by-the-verifier", ANN);

        bySecret().verify(good);
        assertThat(rejection(bySecret(), forged)).isEqualTo(Reason.INVALID);

        assertThat(CompactToken.parse(good).header).isSameAs(CompactToken.parse(good).header);
        assertThat(CompactToken.parse(forged).header).isNotSameAs(CompactToken.parse(forged).header);
    }

    @Test
    @DisplayName("C3: the log says which key is missing for a token; the client is not told")
    void tellsTheLogWhichKeyIsMissing() {
        String reason = "no configured key has signed this token";
        String another = reason + ": its signature is of another key than the configured one for ";

        assertThat(logged(bySecret(), SigningKey.hs256(SECRET + "x").token(ANN), reason))
                .isEqualTo("WARNING A token was rejected: " + another + "HS256");
        assertThat(logged(everyKey(), SigningKey.es256().token(ANN), reason))
                .isEqualTo("WARNING A token was rejected: " + another + "ES256");
        assertThat(logged(everyKey(), RSA.token(ANN), reason))
                .isEqualTo("WARNING A token was rejected: " + reason + ": there is no key for its alg RS256");
        assertThat(logged(by(EC), HMAC.token(ANN), reason))
                .isEqualTo("WARNING A token was rejected: " + reason + ": there is no key for its alg HS256");
    }

    @Test
    @DisplayName("C3: an algorithm that Cordon does not know is named as such, with keys and without")
    void namesTheAlgorithmsThatATokenMayHave() {
        String why = "alg must be HS256, RS256, ES256 or EdDSA";
        String token = HMAC.signed("{\"alg\":\"HS512\"}", ANN);

        assertThat(logged(everyKey(), token, why)).isEqualTo("WARNING A token was rejected: " + why);
        assertThat(logged(new TokenVerifier(TokenSettings.none(), clock), token, why))
                .isEqualTo("WARNING A token was rejected: " + why);
    }

    @Test
    @DisplayName("C3: a token that has expired is no warning: its client fetches another")
    void logsAnExpiredTokenAsInformation() {
        clock.advance(Duration.ofHours(2));

        assertThat(logged(bySecret(), HMAC.token(ANN), "the token has expired"))
                .isEqualTo("INFO A token was rejected: the token has expired");
    }

    /** Returns the one line, with its level, that is logged when the token is rejected with this message. */
    private static String logged(TokenVerifier verifier, String token, String message) {
        List<LogRecord> records = LogLines.of(
                TokenVerifier.class,
                () -> assertThatThrownBy(() -> verifier.verify(token)).hasMessage(message));
        assertThat(records).hasSize(1);
        return records.get(0).getLevel() + " " + records.get(0).getMessage();
    }

    private TokenVerifier bySecret() {
        return new TokenVerifier(TokenSettings.ofSecret(SECRET), clock);
    }

    private TokenVerifier by(SigningKey key) {
        return new TokenVerifier(tokens().publicKey(key.pem()).build(), clock);
    }

    private TokenVerifier everyKey() {
        return new TokenVerifier(tokens().secret(SECRET).publicKey(EC.pem()).build(), clock);
    }

    private static Reason rejection(TokenVerifier verifier, String token) {
        InvalidTokenException rejected =
                catchThrowableOfType(InvalidTokenException.class, () -> verifier.verify(token));
        assertThat(rejected).as("rejected").isNotNull();
        return rejected.reason();
    }
}
