package dev.cordon.payara.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which targets and hosts are valid. Each stands between bytes that would make it valid or invalid if they counted. */
class TargetRuleTest {
    private static void check(String target, boolean options) {
        byte[] bytes = ("%" + target + "00").getBytes(ISO_8859_1);
        TargetRule.check(bytes, 1, bytes.length - 2, options);
    }

    private static boolean host(String host) {
        byte[] bytes = (":" + host + "]").getBytes(ISO_8859_1);
        return HostRule.valid(bytes, 1, bytes.length - 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a/b?c=%zz&%",
                "/%41",
                "/%c3%BCber/x%20y",
                "/!~",
                "http://a",
                "HTTPS://a.example:8080/x?y",
                "http://a?x",
                "http://a/",
                "https://[::1]/"
            })
    void acceptsPathsAndHttpAddresses(String target) {
        assertThatCode(() -> check(target, false)).doesNotThrowAnyException();
    }

    @Test
    void acceptsAnAsteriskWithOptionsOnly() {
        assertThatCode(() -> check("*", true)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check("*", false)).hasMessageContaining("must be a path");
        assertThatThrownBy(() -> check("**", true)).hasMessageContaining("must be a path");
        assertThatThrownBy(() -> check("x", true)).hasMessageContaining("must be a path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a#b", "/\u0001", "/\u00fc", " /", "/ "})
    void rejectsCharactersThatNoAddressHas(String target) {
        assertThatThrownBy(() -> check(target, false))
                .hasMessage("the target has a character that no address may have: percent-encode it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ftp://a", "http:/a", "http:a//", "http:/", "http:", "http"})
    void rejectsWhatIsNeitherAPathNorAnHttpAddress(String target) {
        assertThatThrownBy(() -> check(target, false))
                .hasMessage("the target must be a path that begins with a slash, or an http address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://", "http:///x", "http://?x", "http://u@a/", "http://a:x/"})
    void rejectsAnAddressWithoutAValidHost(String target) {
        assertThatThrownBy(() -> check(target, false)).hasMessage("the target names no valid host and port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%4", "/%g0", "/%0g", "http://a/%zz"})
    void rejectsAMalformedEscape(String target) {
        assertThatThrownBy(() -> check(target, false))
                .hasMessage("a percent sign in the path is not followed by two hexadecimal digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%ff", "/%c3x%bc"})
    void rejectsEscapesThatAreNotUtf8(String target) {
        assertThatThrownBy(() -> check(target, false)).hasMessage("the path's escapes are not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%00", "/%41%00"})
    void rejectsAnEscapedNul(String target) {
        assertThatThrownBy(() -> check(target, false)).hasMessage("the path holds an escaped NUL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.example:8080",
                "a:",
                "a:0",
                "a:65535",
                "127.0.0.1",
                "%41b:1",
                "a!$&'()*+,;=-._~",
                "[::]",
                "[::1]:80",
                "[1:2:3:4:5:6:1.2.3.4]",
                "[fe80::aBc]"
            })
    void acceptsNamesAndAddressesWithAPortOrWithout(String host) {
        assertThat(host(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a:65536",
                "a:99999999999",
                "a:8x",
                "a:-1",
                "a:1:2",
                "a/b",
                "a b",
                "u@a",
                "%4",
                "%zz",
                "a%",
                "\u00fc",
                "[",
                "[]",
                "[:]",
                "[1:2",
                "[::g]",
                "[::1]x",
                "[::1]80",
                "[::1",
                "::1"
            })
    void rejectsOtherHosts(String host) {
        assertThat(host(host)).isFalse();
    }
}
