package dev.cordon.auth;

import static dev.cordon.auth.TokenSettingsBuilder.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cordon.auth.InvalidTokenException.Reason;
import dev.cordon.log.HandClock;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which values of each claim are accepted, and which are rejected (F34). */
@Tag("F34")
class ClaimRulesTest {
    private static final String SECRET = "a-secret-of-at-least-thirty-two-bytes!";
    private static final SigningKey KEY = SigningKey.hs256(SECRET);
    private static final long NOW = HandClock.START.getEpochSecond();
    private static final String EXP = "\"exp\":" + (NOW + 3600);

    private final HandClock clock = new HandClock();
    private final TokenVerifier verifier = verifier(tokens().secret(SECRET));

    @ParameterizedTest
    @DisplayName("F34 F36 sub names the user and may have any characters")
    @ValueSource(
            strings = {"ann", "a:b", "ann@example.org", "a#b", "🦊", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", " ", "null"
            })
    void subNamesTheUser(String subject) {
        assertThat(accepted("{\"sub\":\"" + subject + "\"," + EXP + "}").user()).isEqualTo(new UserId(subject));
    }

    @ParameterizedTest
    @DisplayName("F34 a token whose sub is missing or names no user is rejected")
    @ValueSource(
            strings = {
                "",
                "\"sub\":null,",
                "\"sub\":\"\",",
                "\"sub\":42,",
                "\"sub\":[\"ann\"],",
                "\"sub\":{\"id\":\"ann\"},",
                "\"sub\":true,",
                "\"sub\":\"a\\u0000b\",",
                "\"sub\":\"a\\nb\",",
                "\"sub\":\"\\ud800\",",
                "\"Sub\":\"ann\",",
                "\"user\":\"ann\",\"upn\":\"ann\",\"email\":\"ann\","
            })
    void subMustBeAUsersName(String sub) {
        assertThat(rejection("{" + sub + EXP + "}")).isEqualTo(Reason.INVALID);
    }

    @Test
    @DisplayName("F36 a sub of 256 bytes is accepted; one of 257 bytes is rejected")
    void subHasAtMost256Bytes() {
        assertThat(accepted("{\"sub\":\"" + "é".repeat(128) + "\"," + EXP + "}").user())
                .isEqualTo(new UserId("é".repeat(128)));
        assertThat(rejection("{\"sub\":\"" + "é".repeat(128) + "x\"," + EXP + "}"))
                .isEqualTo(Reason.INVALID);
    }

    @Test
    void rejectsASubInMalformedUtf8() {
        byte[] claims = ("{\"sub\":\"a?\"," + EXP + "}").getBytes(StandardCharsets.UTF_8);
        claims[9] = (byte) 0xff;
        String[] parts = KEY.token("x").split("\\.", -1);
        String token = signedBytes(parts[0], claims);

        assertThat(claims[9]).isNotEqualTo((byte) '?');
        assertThat(rejectionOf(verifier, token)).isEqualTo(Reason.INVALID);
    }

    @Test
    @DisplayName("F34 exp is the time at which the identity expires")
    void expIsTheExpiryOfTheIdentity() {
        assertThat(accepted("{\"sub\":\"ann\"," + EXP + "}").expires()).isEqualTo(HandClock.START.plusSeconds(3600));
        assertThat(accepted("{\"sub\":\"ann\",\"exp\":" + (NOW + 10) + ".5}").expires())
                .isEqualTo(HandClock.START.plusMillis(10_500));
    }

    @Test
    @DisplayName("F34 a token is accepted until 60 s after its exp, the leeway, and expired from then on")
    void expHasALeewayOfSixtySeconds() {
        assertThat(accepted("{\"sub\":\"ann\",\"exp\":" + (NOW - 59) + "}").user())
                .isEqualTo(new UserId("ann"));
        assertThat(rejection("{\"sub\":\"ann\",\"exp\":" + (NOW - 60) + "}")).isEqualTo(Reason.EXPIRED);
    }

    @Test
    @DisplayName("F34 a token that was accepted is rejected once its exp has passed")
    void acceptedTokenExpiresLater() {
        String token = "{\"sub\":\"ann\"," + EXP + "}";
        assertThat(accepted(token).user()).isEqualTo(new UserId("ann"));

        clock.advance(Duration.ofMinutes(61));

        assertThat(rejection(token)).isEqualTo(Reason.EXPIRED);
    }

    @ParameterizedTest
    @DisplayName("F34 a token without a usable exp is rejected: none lives for ever")
    @ValueSource(
            strings = {
                "",
                ",\"exp\":null",
                ",\"exp\":\"1893459600\"",
                ",\"exp\":true",
                ",\"exp\":-1",
                ",\"exp\":253402300800",
                ",\"exp\":1e300",
                ",\"exp\":[1893459600]",
                ",\"EXP\":1893459600"
            })
    void expMustBeATime(String exp) {
        assertThat(rejection("{\"sub\":\"ann\"" + exp + "}")).isEqualTo(Reason.INVALID);
    }

    @Test
    @DisplayName("F34 times from 1970 to the last second of the year 9999 are accepted")
    void timesMayLieBetween1970AndTheYear9999() {
        Identity ann = accepted("{\"sub\":\"ann\",\"exp\":253402300799,\"nbf\":0,\"iat\":0}");

        assertThat(ann.expires()).isEqualTo(Instant.parse("9999-12-31T23:59:59Z"));
    }

    @ParameterizedTest
    @DisplayName("F34 a time that is none is told from one in milliseconds")
    @CsvSource(delimiter = '|', textBlock = """
                    -1            | exp is not a number of seconds since 1970
                    "1893459600"  | exp is not a number of seconds since 1970
                    253402300800  | exp is beyond the year 9999: it must be seconds since 1970, not milliseconds
                    1893459600000 | exp is beyond the year 9999: it must be seconds since 1970, not milliseconds
                    1e300         | exp is beyond the year 9999: it must be seconds since 1970, not milliseconds
                    """)
    void saysWhatIsWrongWithATime(String exp, String why) {
        assertThatThrownBy(() -> accepted("{\"sub\":\"ann\",\"exp\":" + exp + "}"))
                .hasMessage(why);
    }

    @ParameterizedTest
    @DisplayName("F34 nbf and iat may lie in the future by the leeway at most")
    @ValueSource(strings = {"nbf", "iat"})
    void nbfAndIatMayLieInTheFutureByTheLeeway(String claim) {
        assertThat(accepted(withTime(claim, NOW)).user()).isEqualTo(new UserId("ann"));
        assertThat(accepted(withTime(claim, NOW + 60)).user()).isEqualTo(new UserId("ann"));
        assertThat(rejection(withTime(claim, NOW + 61))).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @DisplayName("F34 nbf and iat must be times")
    @ValueSource(
            strings = {"\"nbf\":\"0\"", "\"iat\":\"0\"", "\"nbf\":null", "\"iat\":null", "\"nbf\":-1", "\"iat\":{}"})
    void nbfAndIatMustBeTimes(String start) {
        assertThat(rejection("{\"sub\":\"ann\"," + EXP + "," + start + "}")).isEqualTo(Reason.INVALID);
    }

    @Test
    @DisplayName("F34 iss must be the configured issuer, exactly")
    void issMustBeTheIssuer() {
        TokenVerifier strict = verifier(tokens().secret(SECRET).issuer("https://id.example"));

        assertThat(strict.verify(token("\"iss\":\"https://id.example\"")).user())
                .isEqualTo(new UserId("ann"));
        assertThat(Stream.of(
                                "\"iss\":\"https://id.example/\"",
                                "\"iss\":\"HTTPS://ID.EXAMPLE\"",
                                "\"iss\":\"https://id.example.evil\"",
                                "\"iss\":\"\"",
                                "\"iss\":null",
                                "\"iss\":[\"https://id.example\"]",
                                "\"x\":1")
                        .map(iss -> rejectionOf(strict, token(iss))))
                .containsOnly(Reason.INVALID);
    }

    @Test
    @DisplayName("F34 aud must contain the configured audience, exactly")
    void audMustContainTheAudience() {
        TokenVerifier strict = verifier(tokens().secret(SECRET).audience("cordon"));

        assertThat(strict.verify(token("\"aud\":\"cordon\"")).user()).isEqualTo(new UserId("ann"));
        assertThat(strict.verify(token("\"aud\":[\"other\",\"cordon\"]")).user())
                .isEqualTo(new UserId("ann"));
        assertThat(Stream.of(
                                "\"aud\":\"other\"",
                                "\"aud\":\"cordon2\"",
                                "\"aud\":\"Cordon\"",
                                "\"aud\":[]",
                                "\"aud\":[\"other\"]",
                                "\"aud\":[\"cordon\",1]",
                                "\"aud\":null",
                                "\"aud\":{\"cordon\":true}",
                                "\"x\":1")
                        .map(aud -> rejectionOf(strict, token(aud))))
                .containsOnly(Reason.INVALID);
    }

    @Test
    void issAndAudMayHaveAnyValueWhenNotConfigured() {
        assertThat(verifier.verify(token("\"iss\":\"any\",\"aud\":\"any\"")).user())
                .isEqualTo(new UserId("ann"));
    }

    @Test
    @DisplayName("F34 sid names the session; an invalid sid is rejected, not ignored")
    void sidNamesTheSession() {
        assertThat(verifier.verify(token("\"sid\":\"laptop\"")).session()).contains(new SessionId("laptop"));
        assertThat(verifier.verify(token("\"x\":1")).session()).isEmpty();
        assertThat(Stream.of("\"sid\":\"\"", "\"sid\":7", "\"sid\":null", "\"sid\":\"" + "x".repeat(129) + "\"")
                        .map(sid -> rejectionOf(verifier, token(sid))))
                .containsOnly(Reason.INVALID);
    }

    @Test
    @DisplayName("F34 groups gives the roles and must be an array of strings")
    void groupsGiveTheRoles() {
        Identity publisher = verifier.verify(token("\"groups\":[\"publisher\"]"));
        Identity operator = verifier.verify(token("\"groups\":[\"x\",\"operator\",\"operator\"]"));
        Identity none = verifier.verify(token("\"groups\":[\"Publisher\",\"publishers\",\"\"]"));

        assertThat(publisher.publisher()).isTrue();
        assertThat(publisher.operator()).isFalse();
        assertThat(operator.operator()).isTrue();
        assertThat(operator.publisher()).isFalse();
        assertThat(none.publisher() || none.operator()).isFalse();
        assertThat(verifier.verify(token("\"group\":[\"publisher\"],\"roles\":[\"publisher\"],\"scope\":\"publisher\""))
                        .groups())
                .isEmpty();
        assertThat(Stream.of(
                                "\"groups\":\"publisher\"",
                                "\"groups\":[\"publisher\",1]",
                                "\"groups\":[null]",
                                "\"groups\":null",
                                "\"groups\":{\"publisher\":true}")
                        .map(groups -> rejectionOf(verifier, token(groups))))
                .containsOnly(Reason.INVALID);
    }

    @Test
    @DisplayName("F34 a token is reported as expired only when everything else in it is valid")
    void reportsExpiredOnlyWhenEverythingElseIsValid() {
        TokenVerifier strict = verifier(tokens().secret(SECRET).issuer("https://id.example"));
        String old = "\"exp\":" + (NOW - 3600);

        assertThat(rejectionOf(strict, KEY.token("{\"sub\":\"ann\"," + old + "}")))
                .isEqualTo(Reason.INVALID);
        assertThat(rejection("{" + old + "}")).isEqualTo(Reason.INVALID);
        assertThat(rejection("{\"sub\":\"ann\",\"sid\":7," + old + "}")).isEqualTo(Reason.INVALID);
        assertThat(rejectionOf(verifier, SigningKey.hs256(SECRET + "x").token("{\"sub\":\"ann\"," + old + "}")))
                .isEqualTo(Reason.INVALID);
        assertThat(rejection("{\"sub\":\"ann\"," + old + "}")).isEqualTo(Reason.EXPIRED);
    }

    @Test
    void leewayIsThatOfTheSettings() {
        TokenVerifier exact = verifier(tokens().secret(SECRET).leeway(Duration.ZERO));

        assertThat(rejectionOf(exact, KEY.token("{\"sub\":\"ann\",\"exp\":" + NOW + "}")))
                .isEqualTo(Reason.EXPIRED);
        assertThat(exact.verify(KEY.token("{\"sub\":\"ann\",\"exp\":" + (NOW + 1) + "}"))
                        .user())
                .isEqualTo(new UserId("ann"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"ann\"", "42", "null", "{", "{}{}", "not json"})
    void claimsMustBeAnObject(String claims) {
        assertThat(rejection(claims)).isEqualTo(Reason.INVALID);
    }

    private TokenVerifier verifier(TokenSettingsBuilder settings) {
        return new TokenVerifier(settings.build(), clock);
    }

    private Identity accepted(String claims) {
        return verifier.verify(KEY.token(claims));
    }

    private Reason rejection(String claims) {
        return rejectionOf(verifier, KEY.token(claims));
    }

    private static Reason rejectionOf(TokenVerifier verifier, String token) {
        InvalidTokenException rejected =
                catchThrowableOfType(InvalidTokenException.class, () -> verifier.verify(token));
        assertThat(rejected).as("rejected").isNotNull();
        return rejected.reason();
    }

    private static String token(String claim) {
        return KEY.token("{\"sub\":\"ann\"," + EXP + "," + claim + "}");
    }

    private static String withTime(String claim, long seconds) {
        return "{\"sub\":\"ann\"," + EXP + ",\"" + claim + "\":" + seconds + "}";
    }

    private static String signedBytes(String header, byte[] claims) {
        String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(claims);
        return KEY.signedInput(header + "." + payload);
    }
}
