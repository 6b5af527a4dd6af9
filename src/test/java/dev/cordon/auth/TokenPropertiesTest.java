package dev.cordon.auth;

import static dev.cordon.auth.TokenSettingsBuilder.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cordon.log.HandClock;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Checks that any invalid token is rejected with an {@link InvalidTokenException} whose message does not quote it. */
class TokenPropertiesTest {
    private static final String SECRET = "a-secret-of-at-least-thirty-two-bytes!";
    private static final SigningKey KEY = SigningKey.hs256(SECRET);
    private static final TokenVerifier VERIFIER = new TokenVerifier(
            tokens().secret(SECRET)
                    .publicKey(SigningKey.es256().pem())
                    .issuer("https://id.example")
                    .build(),
            new HandClock());

    @Property(tries = 2000)
    void anyTextIsRejectedAndNotQuoted(@ForAll String text) {
        assertRejected(text, text);
    }

    @Property(tries = 2000)
    void anythingInTheFormOfATokenIsRejectedAndNotQuoted(@ForAll("tokenLike") String text) {
        assertRejected(text, text);
    }

    @Property(tries = 2000)
    void anyHeaderIsRejectedAndNotQuoted(@ForAll("json") String header) {
        assertRejected(KEY.signed(header, "{\"sub\":\"ann\",\"exp\":9999999999}"), header);
    }

    @Property(tries = 2000)
    void anyClaimsAreRejectedAndNotQuoted(@ForAll("json") String claims) {
        assertRejected(KEY.token(claims), claims);
    }

    @Property(tries = 1000)
    void anyChangedCharacterOfATokenIsRejected(@ForAll int place, @ForAll("base64") char other) {
        String token = KEY.token("{\"sub\":\"ann\",\"iss\":\"https://id.example\",\"exp\":9999999999}");
        int at = Math.floorMod(place, token.length());
        String changed = token.substring(0, at) + other + token.substring(at + 1);

        if (!changed.equals(token)) {
            assertRejected(changed, changed);
        }
    }

    private static void assertRejected(String token, String quoted) {
        Throwable rejected = catchThrowable(() -> VERIFIER.verify(token));

        assertThat(rejected).isInstanceOf(InvalidTokenException.class).hasNoCause();
        String message = String.valueOf(rejected.getMessage());
        assertThat(message).isNotBlank().doesNotContain("\n");
        if (quoted.length() > 8) {
            assertThat(message).doesNotContain(quoted);
        }
    }

    @Provide
    Arbitrary<Character> base64() {
        return Arbitraries.chars().alpha().numeric().with('-', '_', '.');
    }

    @Provide
    Arbitrary<String> tokenLike() {
        Arbitrary<String> part =
                Arbitraries.strings().alpha().numeric().withChars('-', '_').ofMinLength(1);
        Arbitrary<String> header = json().map(SigningKey::encoded);
        return Combinators.combine(Arbitraries.oneOf(part, header), part, part).as((a, b, c) -> a + "." + b + "." + c);
    }

    /** JSON objects with known names of headers and claims and values of every type, and arbitrary text. */
    @Provide
    Arbitrary<String> json() {
        Arbitrary<String> name = Arbitraries.of(
                "alg", "kid", "crit", "jku", "x5u", "x5c", "jwk", "b64", "typ", "cty", "zip", "sub", "exp", "nbf",
                "iat", "iss", "aud", "sid", "groups");
        Arbitrary<String> value = Arbitraries.oneOf(
                Arbitraries.of(
                        "null",
                        "true",
                        "{}",
                        "[]",
                        "[1]",
                        "[\"x\"]",
                        "\"none\"",
                        "\"HS256\"",
                        "\"ES256\"",
                        "\"RS256\"",
                        "\"http://127.0.0.1:1/\"",
                        "1e400",
                        "-0",
                        "\"\\ud800\"",
                        "9999999999"),
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.doubles().map(String::valueOf),
                Arbitraries.strings().alpha().map(text -> "\"" + text + "\""));
        Arbitrary<String> object = Combinators.combine(name, value)
                .as((n, v) -> "\"" + n + "\":" + v)
                .list()
                .ofMaxSize(8)
                .map(members -> "{" + String.join(",", members) + "}");
        return Arbitraries.oneOf(object, object, Arbitraries.strings());
    }
}
