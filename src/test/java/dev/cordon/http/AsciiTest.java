package dev.cordon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The classes of characters, as the grammars of RFC 9110 and RFC 3986 list them. */
class AsciiTest {
    private static final String DIGITS = "0123456789";
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** All bytes that a class has, in the order of their values. */
    private static String all(Predicate<Byte> in) {
        return IntStream.rangeClosed(0, 255)
                .filter(value -> in.test((byte) value))
                .mapToObj(value -> String.valueOf((char) value))
                .collect(Collectors.joining());
    }

    private static String sorted(String characters) {
        return characters
                .chars()
                .sorted()
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Test
    void hasTheBytesOfATokenAndOfAHostName() {
        assertThat(all(Ascii::token)).isEqualTo(sorted(DIGITS + LETTERS + "!#$%&'*+-.^_`|~"));
        assertThat(all(Ascii::host)).isEqualTo(sorted(DIGITS + LETTERS + "-._~!$&'()*+,;="));
    }

    @Test
    void hasDigitsAndBlanks() {
        assertThat(all(Ascii::digit)).isEqualTo(DIGITS);
        assertThat(all(Ascii::blank)).isEqualTo("\t ");
    }

    @Test
    void readsHexadecimalDigitsOfEitherCaseAndNoOthers() {
        assertThat(all(b -> Ascii.hex(b) >= 0)).isEqualTo(DIGITS + "ABCDEFabcdef");
        assertThat(Ascii.hex((byte) '0')).isZero();
        assertThat(Ascii.hex((byte) '9')).isEqualTo(9);
        assertThat(Ascii.hex((byte) 'A')).isEqualTo(10);
        assertThat(Ascii.hex((byte) 'f')).isEqualTo(15);
        assertThat(Ascii.hex((byte) 'g')).isEqualTo(-1);
        assertThat(Ascii.hex((byte) 0xB2)).as("superscript two").isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"0,3,true", "0,4,false", "1,2,true", "2,2,false", "3,4,false", "4,5,true"})
    void aRangeIsATokenIfItHasTokenBytesOnly(int from, int to, boolean token) {
        assertThat(Ascii.token(bytes("abc:d"), from, to)).isEqualTo(token);
    }

    @ParameterizedTest
    @CsvSource({"-1,false", "0,false", "1,true", "3,true", "4,false"})
    void aTextBeginsWithAToken(int length, boolean token) {
        assertThat(Ascii.token("abc:d", length)).isEqualTo(token);
        assertThat(Ascii.token("abc\u00fcd", length)).isEqualTo(token);
        assertThat(Ascii.token("abc\u0080d", length)).isEqualTo(token);
    }

    @ParameterizedTest
    @CsvSource({
        "host,true",
        "HOST,true",
        "Host,true",
        "hos,false",
        "hosts,false",
        "hoss,false",
        "h\u00d3st,false",
        "@ost,false"
    })
    void comparesRegardlessOfTheCaseOfLetters(String text, boolean equal) {
        assertThat(Ascii.is("host", bytes("<" + text + ">"), 1, 1 + text.length()))
                .isEqualTo(equal);
    }

    @ParameterizedTest
    @CsvSource({"az,AZ,true", "az,az,true", "a-z,A-Z,true", "`,@,false", "{,[,false"})
    void ignoresTheCaseOfLettersOnly(String lower, String text, boolean equal) {
        assertThat(Ascii.is(lower, bytes(text), 0, text.length())).isEqualTo(equal);
    }

    @Test
    void returnsARangeAsText() {
        assertThat(Ascii.text(bytes("<\u00fcber>"), 1, 5)).isEqualTo("\u00fcber");
    }
}
