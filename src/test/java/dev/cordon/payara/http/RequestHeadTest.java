package dev.cordon.payara.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.payara.http.RequestHead.Body;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    /** Reads a head between others. */
    private static RequestHead read(String head, int maxFields) {
        byte[] bytes = ("<\r\n" + head + "\r\n\r\n>: x\r\n").getBytes(ISO_8859_1);
        return RequestHead.read(bytes, 3, bytes.length - 6, maxFields);
    }

    private static RequestHead read(String head) {
        return read(head, 100);
    }

    private static RequestHead with(String fields) {
        return read("POST / HTTP/1.1\r\nHost: a\r\n" + fields);
    }

    private static void assertRejected(String head, int status, String message) {
        assertThatThrownBy(() -> read(head))
                .isInstanceOfSatisfying(
                        HttpFaultException.class, e -> assertThat(e.fault()).isEqualTo(new HttpFault(status, message)));
    }

    @ParameterizedTest
    @CsvSource({
        "'A: b',NONE,0",
        "'Content-Length: 0',NONE,0",
        "'content-length:1',LENGTH,1",
        "'CONTENT-LENGTH: \t0007\t ',LENGTH,7",
        "'Content-Length: 999999999999999999',LENGTH,999999999999999999",
        "'Content-Length: 0000999999999999999999',LENGTH,999999999999999999",
        "'Transfer-Encoding: chunked',CHUNKED,0",
        "'transfer-encoding:\t CHUNKED ',CHUNKED,0"
    })
    void findsWhereTheBodyEnds(String field, Body body, long length) {
        assertThat(with(field)).isEqualTo(new RequestHead(body, length, false));
    }

    @Test
    void onlyHttp11OffersAnotherProtocol() {
        assertThat(with("Upgrade: websocket").upgrade()).isTrue();
        assertThat(with("upgrade:x\r\nTransfer-Encoding: chunked").upgrade()).isTrue();
        assertThat(with("Upgrades: websocket").upgrade()).isFalse();
        assertThat(with("Downgrade: x\r\nTransfer-Encoding: chunked").upgrade()).isFalse();
        assertThat(read("GET / HTTP/1.0\r\nUpgrade: websocket").upgrade()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: ',400,Content-Length must be a number of bytes",
        "'Content-Length: +1',400,Content-Length must be a number of bytes",
        "'Content-Length: 1:',400,Content-Length must be a number of bytes",
        "'Content-Length: 1/',400,Content-Length must be a number of bytes",
        "'Content-Length: 1000000000000000000',400,Content-Length is too large",
        "'Content-Length: 1|content-length: 1',400,Content-Length must be given once",
        "'Content-Length: 1|Transfer-Encoding: chunked',400,Content-Length and Transfer-Encoding exclude each other",
        "'Transfer-Encoding: gzip\t, chunked',501,the only Transfer-Encoding known here is chunked",
        "'Transfer-Encoding: gzip',400,'Transfer-Encoding must be chunked, once'",
        "'Transfer-Encoding: chunked|Transfer-Encoding: chunked',400,'Transfer-Encoding must be chunked, once'",
        "'Transfer-Encoding: gzip, chunked|Transfer-Encoding: x',400,'Transfer-Encoding must be chunked, once'",
        "'Expect: 200',417,the only expectation known here is 100-continue",
        "'host: b',400,Host must be given once"
    })
    void rejectsFieldsThatContradict(String fields, int status, String message) {
        assertRejected("POST / HTTP/1.1\r\nHost: a\r\n" + fields.replace("|", "\r\n"), status, message);
    }

    @Test
    void hasAHostFieldWithHttp11() {
        assertRejected("GET / HTTP/1.1\r\nA: b", 400, "Host is missing");
        assertRejected("GET / HTTP/1.1\r\nHost: ", 400, "Host must be a name or address, with a port or without");
        assertRejected("GET / HTTP/1.1\r\nHost: a b", 400, "Host must be a name or address, with a port or without");
        assertThat(read("GET / HTTP/1.0\r\nA: b")).isEqualTo(new RequestHead(Body.NONE, 0, false));
        assertThat(read("GET / HTTP/1.1\r\nHost: \t a:1 \t")).isEqualTo(new RequestHead(Body.NONE, 0, false));
    }

    @Test
    void http10HasNoChunks() {
        assertRejected("POST / HTTP/1.0\r\nTransfer-Encoding: chunked", 400, "HTTP/1.0 has no Transfer-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Expect: 100-continue", "expect:100-CONTINUE", "Unexpected: x"})
    void acceptsTheExpectationOf100(String field) {
        assertThat(with(field)).isEqualTo(new RequestHead(Body.NONE, 0, false));
    }

    @ParameterizedTest
    @CsvSource({
        "' folded',a field goes on in the next line: fields must not be folded",
        "'\tfolded',a field goes on in the next line: fields must not be folded",
        "'no colon','a field must be: name, colon, value, with no blank before the colon'",
        "'nocolon','a field must be: name, colon, value, with no blank before the colon'",
        "': x','a field must be: name, colon, value, with no blank before the colon'",
        "'a : x','a field must be: name, colon, value, with no blank before the colon'"
    })
    void rejectsMalformedFields(String field, String message) {
        assertRejected("GET / HTTP/1.1\r\nHost: a\r\n" + field, 400, message);
    }

    @Test
    void hasAsManyFieldsAsTheBoundAllows() {
        assertThat(read("GET / HTTP/1.1\r\nHost: a\r\nB: c\r\nD: e", 3).body()).isEqualTo(Body.NONE);
        assertThatThrownBy(() -> read("GET / HTTP/1.1\r\nHost: a\r\nB: c\r\nD: e", 2))
                .isInstanceOfSatisfying(
                        HttpFaultException.class,
                        e -> assertThat(e.fault()).isEqualTo(new HttpFault(431, "more than 2 fields")));
    }

    @Test
    void makesSpacesOfTheBlanksAroundAValueOnly() {
        byte[] bytes = "A:\t b\tc \t\r\n".getBytes(ISO_8859_1);

        new HeadFields(bytes, 1).take(0, 9);

        assertThat(new String(bytes, ISO_8859_1)).isEqualTo("A:  b\tc  \r\n");
    }

    @Test
    void makesSpacesOfAValueThatIsAllBlank() {
        byte[] bytes = "A:\t\t\r\n".getBytes(ISO_8859_1);

        new HeadFields(bytes, 1).take(0, 4);

        assertThat(new String(bytes, ISO_8859_1)).isEqualTo("A:  \r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "M-SEARCH / HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "options * HTTP/1.1",
                "GET http://a/ HTTP/1.1",
                "GET / HTTP/1.0"
            })
    void acceptsAFirstLine(String line) {
        assertThat(read(line + "\r\nHost: a").body()).isEqualTo(Body.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " / HTTP/1.1", "G:T / HTTP/1.1", "\u00dcB / HTTP/1.1"})
    void rejectsAFirstLineWithoutAMethod(String line) {
        assertRejected(line + "\r\nHost: a", 400, "the request must begin with a method");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET",
                "GET /",
                "GET HTTP/1.1",
                "GET  HTTP/1.1",
                "GET /HTTP/1.1",
                "GET / XTTP/1.1",
                "GET / HXTP/1.1",
                "GET / HTXP/1.1",
                "GET / HTTX/1.1",
                "GET / HTTP-1.1",
                "GET / HTTP/x.1",
                "GET / HTTP/1,1",
                "GET / HTTP/1.x",
                "GET / http/1.1",
                "GET / HTTP/1.1 "
            })
    void rejectsAFirstLineThatDoesNotEndWithATargetAndAVersion(String line) {
        assertRejected(line + "\r\nHost: a", 400, "the first line must be: method, space, target, space, HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTP/2.1"})
    void rejectsOtherVersions(String version) {
        assertRejected("GET / " + version + "\r\nHost: a", 505, "the versions spoken here are HTTP/1.1 and HTTP/1.0");
    }

    @Test
    void isNoProxy() {
        assertRejected("CONNECT a:443 HTTP/1.1\r\nHost: a", 501, "this server is no proxy");
        assertRejected("CONNECTS a:443 HTTP/1.1\r\nHost: a", 400, TARGET);
        assertRejected("GET * HTTP/1.1\r\nHost: a", 400, TARGET);
    }

    private static final String TARGET = "the target must be a path that begins with a slash, or an http address";
}
