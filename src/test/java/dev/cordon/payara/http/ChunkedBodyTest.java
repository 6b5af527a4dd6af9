package dev.cordon.payara.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedBodyTest {
    private static final String LAST = "0\r\n\r\n";

    private final ChunkedBody body = new ChunkedBody();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Checks bytes between two others; returns how many of them were taken. */
    private int take(String text) {
        byte[] bytes = ("<" + text + ">").getBytes(ISO_8859_1);
        return body.take(bytes, 1, bytes.length - 1, out) - 1;
    }

    private String passed() {
        return out.toString(ISO_8859_1);
    }

    @Test
    void passesOnEachChunkSizeInItsShortestForm() {
        String sent = "00A\r\n0123456789\r\n1a\r\n" + "x".repeat(26) + "\r\n000\r\n\r\n";

        assertThat(take(sent)).isEqualTo(sent.length());

        assertThat(passed()).isEqualTo("a\r\n0123456789\r\n1a\r\n" + "x".repeat(26) + "\r\n" + LAST);
        assertThat(body.done()).isTrue();
    }

    @Test
    void endsBehindTheBodyAndTakesNothingOfWhatFollows() {
        assertThat(take(LAST + "GET /")).isEqualTo(LAST.length());
        assertThat(take("GET /")).isZero();
        assertThat(passed()).isEqualTo(LAST);
    }

    @Test
    void passesOnTheDataOfAChunkAsItArrives() {
        assertThat(take("5\r\nwh")).isEqualTo(5);
        assertThat(body.done()).isFalse();
        assertThat(passed()).isEqualTo("5\r\nwh");

        take("ole\r");
        take("\n" + LAST);

        assertThat(passed()).isEqualTo("5\r\nwhole\r\n" + LAST);
        assertThat(body.done()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1;x\r\n!\r\n",
                "1;a=\"b c\"\r\n!\r\n",
                "1;\t\u0080\u00ff~\r\n!\r\n",
                "1 \t ;x\r\n!\r\n",
                "1\t;\r\n!\r\n",
                "000000000000001\r\n!\r\n"
            })
    void leavesOutExtensions(String chunk) {
        take(chunk + LAST);

        assertThat(passed()).isEqualTo("1\r\n!\r\n" + LAST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:\r\n", "A-b: c\td\u00ff\r\n", "a:b\r\nc:d\r\n", "abc:\r\n"})
    void leavesOutTrailers(String trailers) {
        take("0\r\n" + trailers + "\r\n");

        assertThat(passed()).isEqualTo(LAST);
        assertThat(body.done()).isTrue();
    }

    @Test
    void passesOnTheLastChunkOnlyBehindItsTrailers() {
        take("0\r\na:b\r\n\r");
        assertThat(passed()).isEmpty();

        take("\n");

        assertThat(passed()).isEqualTo(LAST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "-1\r\n",
                "g\r\n",
                " 1\r\n",
                "1 \r\n",
                "1 1",
                "1g\r\n",
                "1\rx",
                "1\n",
                "0000000000000001\r\n",
                "1;x\rx"
            })
    void rejectsAMalformedSize(String malformed) {
        assertMalformed(malformed, "a chunk's size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;\0", "1;\u0001", "1;\u001f", "1;\u007f", "1;x\n"})
    void rejectsAMalformedExtension(String malformed) {
        assertMalformed(malformed, "a chunk's extension");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1\r\nab", "1\r\na\n", "1\r\na\rx"})
    void rejectsAChunkThatDoesNotEndAsAnnounced(String malformed) {
        assertMalformed(malformed, "the end of a chunk");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\r\n:",
                "0\r\n a",
                "0\r\na b",
                "0\r\na\r",
                "0\r\na:\0",
                "0\r\na:\u0001",
                "0\r\na:\u007f",
                "0\r\na:\n",
                "0\r\na:\rx"
            })
    void rejectsAMalformedTrailer(String malformed) {
        assertMalformed(malformed, "a trailer");
    }

    @Test
    void rejectsABodyThatDoesNotEndAsAnnounced() {
        assertMalformed("0\r\n\rx", "the end of the body");
    }

    private void assertMalformed(String malformed, String where) {
        assertThatThrownBy(() -> take(malformed))
                .isInstanceOfSatisfying(
                        HttpFaultException.class,
                        e -> assertThat(e.fault())
                                .isEqualTo(new HttpFault(400, "the chunked body is malformed: " + where)));
    }

    @Test
    void extensionsAndTrailersOfABodyAreBoundedTogether() {
        take("1;" + "x".repeat(4095) + "\r\n!\r\n");
        take("1 ;" + "x".repeat(4000) + "\r\n!\r\n");
        assertThat(take("0\r\na:" + "x".repeat(8192 - 4096 - 4002 - 2) + "\r\n\r\n"))
                .isPositive();
        assertThat(body.done()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;!", "1 ;", "1;;", "0\r\na:!", "0\r\nab:", "0\r\na!:"})
    void rejectsMoreThanEightKilobytesOfExtensionsAndTrailers(String more) {
        take("1;" + "x".repeat(ChunkedBody.MAX_REST - 2) + "\r\n!\r\n");

        assertThatThrownBy(() -> take(more)).hasMessage("more than 8192 bytes of extensions and trailers");
    }

    @Test
    void breaksABodyWhereTheCodecExpectsASize() {
        assertThat(breaking("")).isEqualTo("x\r\n");
        assertThat(breaking("1")).isEqualTo("x\r\n");
        assertThat(breaking("\r\n")).isEqualTo("x\r\n");
    }

    @Test
    void breaksABodyBehindTheDataOfAChunk() {
        assertThat(breaking("1\r\n!")).isEqualTo("\r\nx\r\n");
        assertThat(breaking("\r")).isEqualTo("\r\nx\r\n");
        assertThat(breaking("\n")).isEqualTo("x\r\n");
    }

    /** Takes more of the body; returns what would break it now. */
    private String breaking(String more) {
        take(more);
        return new String(body.breaking(), ISO_8859_1);
    }
}
