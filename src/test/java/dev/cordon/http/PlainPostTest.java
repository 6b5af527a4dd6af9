package dev.cordon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests the direct way reads as a plain POST, and which it leaves to the container. */
class PlainPostTest {
    private static final String BODY = "{\"channel\":\"#42\",\"data\":1}";
    private static final String HEAD = """
            POST /cordon/api/publish HTTP/1.1
            Host: cordon.example:8080
            X-API-Key: the key
            Content-Type: application/json
            Content-Length: 26
            User-Agent: any (thing); q=1
            Accept: */*

            """.replace("\n", "\r\n");

    private static Optional<PlainPost> read(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        return PlainPost.read(bytes, bytes.length);
    }

    private static String with(String line) {
        return HEAD.replace("Accept: */*", line);
    }

    @Test
    void readsAPlainPost() {
        PlainPost read = read(HEAD + BODY).orElseThrow();

        assertThat(read.host()).isEqualTo("cordon.example:8080");
        assertThat(read.base()).isEqualTo("/cordon/api/");
        assertThat(read.name()).isEqualTo("publish");
        assertThat(read.head().field("x-api-key")).contains("the key");
        assertThat(read.head().field("content-type")).contains("application/json");
        assertThat(read.head().field("authorization")).isEmpty();
        assertThat(read.head().end()).isEqualTo(HEAD.length());
        assertThat(read.length()).isEqualTo(26);
        assertThat(read.size()).isEqualTo(HEAD.length() + 26);
    }

    @Test
    @DisplayName("S9: a head of more than 50 lines is left to the container, which limits the number of fields")
    void s9_leavesAHeadOfMoreThan50LinesToTheContainer() {
        String more = "A: b\r\n".repeat(43);

        assertThat(read(with(more + "Accept: */*"))).isPresent();
        assertThat(read(with(more + "A: b\r\nAccept: */*"))).isEmpty();
    }

    @Test
    void readsTheHeadBeforeTheBodyHasArrived() {
        assertThat(read(HEAD)).isEqualTo(read(HEAD + BODY));
    }

    @Test
    void readsOnlyTheGivenNumberOfBytes() {
        byte[] bytes = (HEAD + BODY).getBytes(StandardCharsets.US_ASCII);

        assertThat(PlainPost.read(bytes, HEAD.length())).isPresent();
        assertThat(PlainPost.read(bytes, HEAD.length() - 1)).isEmpty();
    }

    @Property(tries = 200)
    void leavesAnIncompleteHeadToTheContainer(@ForAll @IntRange(min = 0, max = 1000) int cut) {
        assertThat(read(HEAD.substring(0, cut % HEAD.length()))).isEmpty();
    }

    @Property(tries = 200)
    void waitsForTheRestOfAnIncompleteHead(@ForAll @IntRange(min = 0, max = 1000) int cut) {
        assertThat(begun(HEAD.substring(0, cut % HEAD.length()))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "PO ",
                "POST x",
                "POST /\n",
                "POST / HTTP/1.1\rX",
                "POST / HTTP/1.1\r\nName: \u00fc",
                "POST / HTTP/1.1\r\n\r\n",
                "POST / HTTP/1.1\r\n\r\nwhat follows"
            })
    void doesNotWaitForBytesThatCannotBecomeAPlainPost(String bytes) {
        assertThat(begun(bytes)).isFalse();
    }

    @Test
    void doesNotWaitForAHeadBeyondTheLimit() {
        assertThat(begun("POST /" + "x".repeat(PlainHead.MAX_BYTES - 7))).isTrue();
        assertThat(begun("POST /" + "x".repeat(PlainHead.MAX_BYTES - 6))).isFalse();
    }

    private static boolean begun(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        return PlainPost.begun(bytes, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: keep-alive", "connection: Keep-Alive", "Cookie: a=b", "Origin: null"})
    void acceptsHarmlessHeaders(String line) {
        assertThat(read(with(line))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: second.example",
                "Content-Length: 26",
                "Content-Length: 27",
                "content-type: text/plain",
                "X-Api-Key: another",
                "Transfer-Encoding: chunked",
                "Expect: 100-continue",
                "TE: trailers",
                "Trailer: Date",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAAQAAP__",
                "Content-Encoding: gzip",
                "Connection: close",
                "Connection: keep-alive, close",
                "Connection:",
                "Keep-Alive: timeout=5",
                " folded: line",
                "\tfolded: line",
                "no colon",
                ": nameless",
                "Space : before",
                "Umlaut: \u00fc",
                "Null: \0",
                "Bare: \n"
            })
    void leavesUnusualHeadersToTheContainer(String line) {
        assertThat(read(with(line))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+26", "026", "26,26", "26 26", "0x1a", "2.6e1", "10000000", "99999999999"})
    void leavesInvalidLengthsToTheContainer(String length) {
        assertThat(read(HEAD.replace("Content-Length: 26", "Content-Length: " + length)))
                .isEmpty();
    }

    @Test
    void acceptsLengthsFromZeroToTheLargest() {
        assertThat(read(HEAD.replace(" 26", " 0")).orElseThrow().length()).isZero();
        assertThat(read(HEAD.replace(" 26", " 9999999")).orElseThrow().length()).isEqualTo(9_999_999);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /cordon/api/publish HTTP/1.1",
                "post /cordon/api/publish HTTP/1.1",
                "PUT /cordon/api/publish HTTP/1.1",
                "POST /cordon/api/publish HTTP/1.0",
                "POST /cordon/api/publish HTTP/2.0",
                "POST  /cordon/api/publish HTTP/1.1",
                "POST /cordon/api/publish",
                "PRI * HTTP/2.0"
            })
    void leavesOtherRequestLinesToTheContainer(String line) {
        assertThat(read(HEAD.replace("POST /cordon/api/publish HTTP/1.1", line)))
                .isEmpty();
    }

    @Test
    void leavesARequestWithoutHostOrLengthToTheContainer() {
        assertThat(read(HEAD.replace("Host: cordon.example:8080\r\n", ""))).isEmpty();
        assertThat(read(HEAD.replace("Content-Length: 26\r\n", ""))).isEmpty();
    }

    @Test
    void leavesALongHeadToTheContainer() {
        int room = PlainHead.MAX_BYTES - HEAD.length();
        String fits = with("Accept: " + "x".repeat(room + 3));
        String isLonger = with("Accept: " + "x".repeat(room + 4));

        assertThat(fits).hasSize(PlainHead.MAX_BYTES);
        assertThat(read(fits)).isPresent();
        assertThat(read(isLonger)).isEmpty();
    }

    @Test
    void aTargetWithoutASlashHasNoBase() {
        PlainPost read = read(HEAD.replace("/cordon/api/publish", "publish")).orElseThrow();

        assertThat(read.base()).isEmpty();
        assertThat(read.name()).isEqualTo("publish");
    }

    @Test
    void ignoresBytesBehindTheRequest() {
        byte[] bytes = (HEAD + BODY).getBytes(StandardCharsets.US_ASCII);

        assertThat(PlainPost.read(Arrays.copyOf(bytes, bytes.length + 100), bytes.length + 100))
                .isPresent();
    }
}
