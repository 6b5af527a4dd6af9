package dev.cordon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSHeader;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of a token, which is checked before any key, and the cache of headers. */
class CompactTokenTest {
    private static final String HEADER = SigningKey.encoded("{\"alg\":\"HS256\"}");
    private static final String CLAIMS = SigningKey.encoded("{}");

    @Test
    void saysThatATokenHasNoSignature() {
        assertRejected(HEADER + "." + CLAIMS + ".", "the token has no signature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a.", ".", "HEADER.CLAIMS", "HEADER..AA", ".CLAIMS.AA", "HEADER.CLAIMS.AA.AA"})
    void saysWhichFormATokenHas(String form) {
        String token = form.replace("HEADER", HEADER).replace("CLAIMS", CLAIMS);

        assertRejected(token, "the token is not a JWT: header.payload.signature in base64url");
    }

    @Test
    void saysThatATokenIsUnsigned() {
        assertRejected(withHeader("{\"alg\":\"none\"}"), "alg none is not accepted: sign the token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{",
                "{}",
                "{\"alg\":1}",
                "{\"alg\":\"HS256\",\"crit\":1}",
                "{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}"
            })
    void saysThatAHeaderCannotBeRead(String header) {
        assertRejected(withHeader(header), "the token's header cannot be read or names no alg");
    }

    @Test
    void acceptsATokenOfExactlyEightKibibytes() {
        String signature = "." + "A".repeat(43);
        int claims = CompactToken.MAX_LENGTH - HEADER.length() - 1 - signature.length();
        String token = HEADER + "." + "e".repeat(claims) + signature;

        assertThat(CompactToken.parse(token).payload()).hasSize(claims * 3 / 4);
        assertRejected(
                HEADER + ".e" + token.substring(HEADER.length() + 1), "the token is longer than 8192 characters");
    }

    @Test
    void keepsTheHeaderOfAProvenTokenOnly() {
        String token = withKeyId("once");
        JWSHeader unproven = CompactToken.parse(token).header;

        CompactToken proven = CompactToken.parse(token);
        proven.proven();

        assertThat(proven.header).isNotSameAs(unproven);
        assertThat(CompactToken.parse(token).header).isSameAs(proven.header);
    }

    @Test
    void forgetsTheHeadersOfFormerKeysWhenTheCacheIsFull() {
        List<String> tokens = IntStream.range(0, 4 * CompactToken.MAX_HEADERS)
                .mapToObj(i -> withKeyId("key-" + i))
                .toList();
        // Whatever the cache held before, these fill it at least once.
        int former = 2 * CompactToken.MAX_HEADERS;
        prove(tokens.subList(0, former));
        int full = former + CompactToken.MAX_HEADERS - (int) kept(tokens).count();

        prove(tokens.subList(former, full));
        prove(tokens.subList(full - 1, full));
        assertThat(kept(tokens))
                .as("as many as it holds, one of them proven twice")
                .hasSize(CompactToken.MAX_HEADERS);

        prove(tokens.subList(full, full + 1));
        assertThat(kept(tokens)).containsExactly(tokens.get(full));
    }

    private static void prove(List<String> tokens) {
        tokens.forEach(token -> CompactToken.parse(token).proven());
    }

    private static Stream<String> kept(List<String> tokens) {
        return tokens.stream().filter(CompactTokenTest::isKept);
    }

    private static boolean isKept(String token) {
        CompactToken first = CompactToken.parse(token);
        CompactToken second = CompactToken.parse(token);
        return first.header == second.header;
    }

    private static String withKeyId(String keyId) {
        return withHeader("{\"alg\":\"HS256\",\"kid\":\"" + keyId + "\"}");
    }

    private static String withHeader(String header) {
        return SigningKey.encoded(header) + "." + CLAIMS + ".AA";
    }

    private static void assertRejected(String token, String why) {
        assertThatThrownBy(() -> CompactToken.parse(token))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessage(why);
    }
}
