package dev.cordon.payara.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.payara.http.RequestStream.Bounds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadScanTest {
    private static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final HeadScan scan = new HeadScan();

    /** Looks for the end of a head behind a carriage return; the index counts from the head's first byte. */
    private int end(String text, int headBytes, boolean ascii) {
        byte[] bytes = ("\r" + text).getBytes(ISO_8859_1);
        int end = scan.end(bytes, 1, bytes.length, new Bounds(headBytes, 100, false, ascii));
        return end < 0 ? end : end - 1;
    }

    private int end(String text) {
        return end(text, 8192, true);
    }

    private static HttpFault fault(int status, String message) {
        return new HttpFault(status, message);
    }

    private void assertFault(String text, int headBytes, HttpFault fault) {
        assertThatThrownBy(() -> end(text, headBytes, true))
                .isInstanceOfSatisfying(
                        HttpFaultException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @Test
    void findsTheEndBehindTheEmptyLine() {
        assertThat(end(HEAD + "and more\r\n\r\n")).isEqualTo(HEAD.length());
        assertThat(scan.skipped()).isZero();
    }

    @Test
    void findsTheEndOfAHeadThatArrivesByteByByte() {
        for (int i = 0; i < HEAD.length(); i++) {
            assertThat(end(HEAD.substring(0, i))).isEqualTo(-1);
        }
        assertThat(end(HEAD)).isEqualTo(HEAD.length());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void skipsUpToFourEmptyLinesBeforeTheHead(int lines) {
        assertThat(end("\r\n".repeat(lines) + HEAD)).isEqualTo(2 * lines + HEAD.length());
        assertThat(scan.skipped()).isEqualTo(2 * lines);
    }

    @Test
    void rejectsMoreEmptyLines() {
        assertFault("\r\n".repeat(5), 8192, fault(400, "empty lines instead of a request"));
    }

    @Test
    void aHeadMayBeAsLongAsItsBoundWithoutEmptyLinesBeforeIt() {
        assertThat(end("\r\n\r\n" + HEAD, HEAD.length(), true)).isEqualTo(4 + HEAD.length());
    }

    @Test
    void aHeadIsNotLongerThanItsBound() {
        assertFault(HEAD, HEAD.length() - 1, fault(431, "the head is longer than 26 bytes"));
        assertThat(HEAD).hasSize(27);
    }

    @Test
    void aFirstLineIsNotLongerThanTheBound() {
        assertFault(HEAD, 10, fault(414, "the first line is longer than 10 bytes"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "G\n", "GET / HTTP/1.1\r\n\n"})
    void rejectsALineFeedWithoutACarriageReturn(String text) {
        assertFault(text, 8192, fault(400, "a line must end with CR LF"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G\rx", "G\r\r", "\rx"})
    void rejectsACarriageReturnWithoutALineFeed(String text) {
        assertFault(text, 8192, fault(400, "a carriage return must be followed by a line feed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G\0", "G\u001f", "G\u007f"})
    void rejectsControlCharacters(String text) {
        assertFault(text, 8192, fault(400, "a control character in the head"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G\u0080", "G\u00ff"})
    void rejectsOtherCharacters(String text) {
        assertFault(text, 8192, fault(400, "the head has a character that is not ASCII: percent-encode it"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G\t", "G ", "G~", "G\r"})
    void acceptsTabsAndPrintableCharacters(String text) {
        assertThat(end(text)).isEqualTo(-1);
    }

    @Test
    void acceptsOtherCharactersWhereTheCodecDoes() {
        assertThat(end("G\u0080\u00ff", 8192, false)).isEqualTo(-1);
    }
}
