package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.TokenVerifier;
import dev.cordon.protocol.Disconnect;
import dev.cordon.upkeep.LogLines;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rejected client is told, and what the operator finds in the log. */
class RejectionsTest {
    private static final String HS256 = "{\"alg\":\"HS256\"}";
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestNode node = new TestNode();
    private final long inAnHour = node.clock.instant().plus(HOUR).getEpochSecond();

    @ParameterizedTest
    @DisplayName("C3: every mistake in a token is named in the close reason and in the log")
    @CsvSource(delimiter = '|', textBlock = """
                    {"alg":"HS256"} | {"sub":"ann"}                         | exp is missing
                    {"alg":"HS256"} | {"sub":"ann","exp":%1$d000}           | exp is beyond the year 9999: it must be seconds since 1970, not milliseconds
                    {"alg":"HS256"} | {"sub":"ann","exp":"%1$d"}            | exp is not a number of seconds since 1970
                    {"alg":"HS256"} | {"sub":42,"exp":%1$d}                 | sub is not a string
                    {"alg":"HS256"} | {"exp":%1$d}                          | sub is missing
                    {"alg":"HS256"} | {"sub":"","exp":%1$d}                 | sub names no user: user is empty
                    {"alg":"HS256"} | {"sub":"ann","exp":%1$d,"sid":7}      | sid is not a string
                    {"alg":"HS256"} | {"sub":"ann","exp":%1$d,"groups":"publisher"} | groups is not an array of strings
                    {"alg":"HS256"} | {"sub":"ann","exp":%1$d,"nbf":%1$d}   | nbf is in the future
                    {"alg":"HS512"} | {"sub":"ann","exp":%1$d}              | alg must be HS256, RS256, ES256 or EdDSA
                    {"alg":"none"}  | {"sub":"ann","exp":%1$d}              | alg none is not accepted: sign the token
                    {"typ":"JWT"}   | {"sub":"ann","exp":%1$d}              | the token's header cannot be read or names no alg
                    {"alg":"HS256"} | no JSON                                 | the claims are not a JSON object in UTF-8
                    """)
    void namesTheMistakeInAToken(String header, String claims, String why) {
        rejectsToken(signed(TestNode.SECRET, header, claims.formatted(inAnHour)), why);
    }

    @Test
    @DisplayName("C3: the close reason says that a token is malformed, unsigned or missing")
    void namesAMalformedUnsignedOrMissingToken() {
        rejectsToken("garbage", "the token is not a JWT: header.payload.signature in base64url");
        String unsigned = signed(TestNode.SECRET, HS256, "{\"sub\":\"ann\"}");
        rejectsToken(unsigned.substring(0, unsigned.lastIndexOf('.') + 1), "the token has no signature");
        TestClient without = node.socket();
        List<LogRecord> lines =
                LogLines.of(Rejections.class, () -> without.sends("{\"id\":1,\"connect\":{\"data\":{}}}"));
        assertThat(without.wire().closes())
                .containsExactly(new Disconnect(3500, "invalid token: connect has no token"));
        assertThat(lines).hasSize(1);
    }

    @Test
    @DisplayName("C3: which keys are configured is told to the log, not to the client")
    void tellsTheClientNothingOfTheKeys() {
        String claims = "{\"sub\":\"ann\",\"exp\":" + inAnHour + "}";
        String other = signed("another-secret-of-thirty-two-bytes!!", HS256, claims);
        String kind = signed(TestNode.SECRET, "{\"alg\":\"RS256\"}", claims);
        String reason = "no configured key has signed this token";

        assertThat(lines(other, reason))
                .containsExactly("A token was rejected: " + reason
                        + ": its signature is of another key than the configured one for HS256");
        assertThat(lines(kind, reason))
                .containsExactly("A token was rejected: " + reason + ": there is no key for its alg RS256");
    }

    private void rejectsToken(String token, String why) {
        assertThat(lines(token, why)).containsExactly("A token was rejected: " + why);
    }

    /** Returns what is logged when the token is rejected with this reason. */
    private List<String> lines(String token, String why) {
        TestClient client = node.socket();
        List<LogRecord> lines = LogLines.of(TokenVerifier.class, () -> client.connect(token));
        assertThat(client.wire().closes()).containsExactly(new Disconnect(3500, "invalid token: " + why));
        return lines.stream().map(LogRecord::getMessage).toList();
    }

    @ParameterizedTest
    @DisplayName("C3: the close reason of 3501 names what is wrong with the frame")
    @CsvSource(delimiter = '|', textBlock = """
                    {"id":1,                                      | malformed or too deeply nested JSON
                    {"connect":{}}                                | a command without id
                    {"id":-1,"connect":{}}                        | id must be 0 to 4294967295
                    {"id":1,"connect":{},"rpc":{}}                | two methods in one command
                    [1]                                           | expected a JSON object
                    {"id":1,"rpc":{"method":"echo","data":{}}}    | the first command must be connect
                    {"id":1,"conect":{}}                          | the first command must be connect: the command has no method conect: did you mean connect?
                    {"id":1,"connect":{"token":5}}                | token must be a string
                    {"id":1,"connect":{"data":{"session":5}}}     | data.session must be a string
                    {"id":1,"connect":{"data":{"ack":"yes"}}}     | data.ack must be true or false
                    """)
    void namesWhatIsWrongWithAFrame(String frame, String why) {
        TestClient client = node.socket();

        List<LogRecord> lines = LogLines.of(Rejections.class, () -> client.sends(frame));

        assertThat(client.wire().closes()).containsExactly(new Disconnect(3501, "bad request: " + why));
        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly("A client at " + client.wire().remoteAddress()
                        + " was rejected with 3501: bad request: " + why);
    }

    @Test
    @DisplayName("C3: an unknown command is answered with the nearest known one and logged in one line a cause")
    void namesTheNearestCommand() {
        TestClient ann = node.connected("ann");
        String told = "method not found: the command has no method publsh: did you mean publish?";

        List<LogRecord> lines = LogLines.of(Rejections.class, () -> {
            assertThat(ann.asks("{\"id\":2,\"publsh\":{}}"))
                    .containsExactly(
                            "{\"id\":2,\"error\":{\"code\":104,\"message\":\"" + told + "\",\"temporary\":false}}");
            ann.sends("{\"id\":3,\"histry\":{}}");
        });

        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly("A client at " + ann.wire().remoteAddress() + " was rejected with 104: " + told);
    }

    @Test
    @DisplayName("C3: a connect with a misspelled token field is rejected with the nearest known field")
    void namesTheNearestFieldOfAConnectWithoutToken() {
        TestClient client = node.socket();

        client.sends("{\"id\":1,\"connect\":{\"tokn\":\"x\"}}");

        assertThat(client.wire().closes())
                .containsExactly(new Disconnect(
                        3500, "invalid token: connect has no token: connect has no field tokn: did you mean token?"));
    }

    @Test
    @DisplayName("C3: a second connect is rejected with a hint at refresh")
    void namesASecondConnect() {
        TestClient ann = node.connected("ann");

        ann.connect(node.token("ann", HOUR));

        assertThat(ann.wire().closes())
                .containsExactly(new Disconnect(
                        3501, "bad request: this connection has sent connect already; refresh brings a fresh token"));
    }

    @Test
    @DisplayName("C3: subscribing to a channel without an owner is rejected with the forms that a channel may have")
    void namesTheFormsOfAChannel() {
        TestClient ann = node.connected("ann");

        assertThat(ann.asks("{\"id\":2,\"subscribe\":{\"channel\":\"bob\"}}"))
                .containsExactly(
                        "{\"id\":2,\"error\":{\"code\":103,\"message\":\"permission denied: channel has no owner: "
                                + "it must be #user or topic#user\",\"temporary\":false}}");
    }

    @Test
    @DisplayName("C3: a thousand clients with the same mistake are logged in one line")
    void logsOneLineACause() {
        List<LogRecord> lines = LogLines.of(
                Rejections.class,
                () -> IntStream.range(0, 1_000).forEach(i -> node.socket().sends("{\"id\":1,\"rpc\":{}}")));

        assertThat(lines).hasSize(1);
    }

    @Test
    @DisplayName("C3: two reasons of one error code have a line each")
    void logsALineForEachReason() {
        TestClient ann = node.connected("ann");

        List<LogRecord> lines = LogLines.of(Rejections.class, () -> {
            ann.sends("{\"id\":2,\"history\":{\"channel\":1}}");
            ann.sends("{\"id\":3,\"presence\":{}}");
            ann.sends("{\"id\":4,\"history\":{\"channel\":1}}");
        });

        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("A client at 192.0.2.1 was rejected with 107: "));
    }

    @Test
    @DisplayName("C3: an invalid session is named to the client and in the log")
    void namesAnInvalidSession() {
        TestClient ann = node.socket();

        List<LogRecord> lines = LogLines.of(
                Rejections.class,
                () -> ann.sends("{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", HOUR)
                        + "\",\"data\":{\"session\":\"\"}}}"));

        assertThat(ann.received()).singleElement().asString().contains("\"code\":107,\"message\":\"data.");
        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .asString()
                .startsWith("A client at 192.0.2.1 was rejected with 107: data.");
    }

    private static String signed(String secret, String header, String claims) {
        try {
            String input = encoded(header.getBytes(StandardCharsets.UTF_8)) + "."
                    + encoded(claims.getBytes(StandardCharsets.UTF_8));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return input + "." + encoded(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
