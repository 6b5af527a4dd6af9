package dev.cordon.payara.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.HostileRequest;
import dev.cordon.payara.http.RequestStream.Bounds;
import dev.cordon.payara.http.RequestStream.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RequestStreamTest {
    private static final Bounds BOUNDS = new Bounds(8192, 100, false, true);

    /** Bytes of other requests in an array, before those that are taken. */
    private static final int BEFORE = 3;

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** Well-formed, and rejected by the container or the application. */
    private static final Set<String> OTHERS_REJECT =
            Set.of("CL: on a GET, its body a request", "target: above the root", "target: backslash");

    /** The bytes passed on, and the fault found. */
    private record Passed(String bytes, Optional<HttpFault> fault) {}

    /** @param piece bytes that come at once */
    private static Passed pass(byte[] sent, int piece) {
        RequestStream stream = new RequestStream(BOUNDS);
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        for (int from = 0; from < sent.length; from += piece) {
            take(stream, sent, from, Math.min(sent.length, from + piece), passed);
        }
        return new Passed(passed.toString(StandardCharsets.ISO_8859_1), stream.fault());
    }

    private static void take(RequestStream stream, byte[] sent, int from, int to, ByteArrayOutputStream passed) {
        int at = from;
        while (at < to) {
            byte[] copy = new byte[BEFORE + sent.length + 1];
            System.arraycopy(sent, 0, copy, BEFORE, sent.length);
            Step step = stream.take(copy, BEFORE + at, BEFORE + to);
            byte[] out = step.out();
            if (out == null) {
                passed.write(copy, BEFORE + at, step.taken());
            } else {
                passed.writeBytes(out);
            }
            assertThat(step.taken()).isBetween(1, to - at);
            at += step.taken();
        }
    }

    private static Passed pass(String sent) {
        return pass(sent.getBytes(StandardCharsets.ISO_8859_1), sent.length());
    }

    static Stream<HostileRequest> table() throws IOException {
        return HostileRequest.all().stream().filter(request -> !request.bytes().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("table")
    void readsARequestInPiecesLikeOneThatComesAtOnce(HostileRequest request) {
        byte[] sent = request.sent("127.0.0.1:8080", "key", "user");

        Passed atOnce = pass(sent, sent.length);

        assertThat(normal(pass(sent, 1))).isEqualTo(normal(atOnce));
        assertThat(normal(pass(sent, 7))).isEqualTo(normal(atOnce));
    }

    /** A fault may come together with the good part of a body, or after it; the codec treats both alike. */
    private static Passed normal(Passed passed) {
        return passed.fault().isPresent() ? new Passed("", passed.fault()) : passed;
    }

    @ParameterizedTest
    @MethodSource("table")
    void findsEveryMalformedRequestAndNoOther(HostileRequest request) {
        Optional<HttpFault> fault =
                pass(request.sent("127.0.0.1:8080", "key", "user"), 1 << 20).fault();

        int last = request.answers().isEmpty()
                ? 0
                : request.answers().get(request.answers().size() - 1);
        boolean expected =
                request.connection().equals("closed") && last >= 400 && !OTHERS_REJECT.contains(request.name());
        assertThat(fault.map(HttpFault::status)).isEqualTo(expected ? Optional.of(last) : Optional.empty());
    }

    @Test
    void passesPlainRequestsOnUnchangedOneAtATime() {
        RequestStream stream = new RequestStream(BOUNDS);
        byte[] two = (GET + GET).getBytes(StandardCharsets.US_ASCII);

        Step step = stream.take(two, 0, two.length);

        assertThat(step.taken()).isEqualTo(GET.length());
        assertThat(step.out()).isNull();
    }

    @Test
    void passesNothingOnBehindARejectedRequest() {
        assertThat(pass("GET / HTTP/1.1\r\n\r\n" + GET + "rest").bytes())
                .isEqualTo("REJECTED / HTTP/1.1\r\nHost: rejected\r\nConnection: close\r\n\r\n");
    }

    @Test
    void holdsAPartOfAHeadBackUpToItsBound() {
        assertThat(pass("GET / HTTP/1.1\r\nHost: a\r\n").bytes()).isEmpty();
        assertThat(pass("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(8192)).fault())
                .map(HttpFault::status)
                .contains(431);
    }

    @Test
    void removesChunkExtensionsAndTrailers() {
        String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

        assertThat(pass(head + "00A;x=y\r\n0123456789\r\n000\r\nX: y\r\n\r\n" + GET)
                        .bytes())
                .isEqualTo(head + "a\r\n0123456789\r\n0\r\n\r\n" + GET);
    }

    @Test
    void passesABrokenBodyOnWithoutAnEnd() {
        String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

        assertThat(pass(head + "2\r\n{}\r\n0\r\nbroken\r\n\r\n").bytes()).isEqualTo(head + "2\r\n{}\r\nx\r\n");
        assertThat(pass(head + "2\r\n{}!\r\n0\r\n\r\n").bytes()).isEqualTo(head + "2\r\n{}\r\nx\r\n");
    }

    @Test
    void passesEverythingOnAfterAnUpgrade() {
        RequestStream stream = new RequestStream(BOUNDS);
        byte[] offer = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        stream.take(offer, 0, offer.length);
        assertThat(stream.offered()).isTrue();

        stream.answered(101);

        byte[] frame = {'G', '\n', 0, 1};
        assertThat(stream.take(frame, 0, frame.length)).isEqualTo(new Step(frame.length, null));
    }

    @Test
    void passesFramesOnWithTheHandshakeOfTheSameRead() {
        RequestStream stream = new RequestStream(BOUNDS);
        byte[] both = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n\201\200abcd"
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(stream.take(both, 0, both.length)).isEqualTo(new Step(both.length, null));

        stream.answered(403);
        assertThat(stream.take(both, 0, both.length).out()).isEmpty();
    }

    @Test
    void readsRequestsBehindAnUpgradeThatIsNotAccepted() {
        RequestStream stream = new RequestStream(BOUNDS);
        byte[] both = ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: other\r\n\r\n" + GET).getBytes(StandardCharsets.US_ASCII);

        int taken = stream.take(both, 0, both.length).taken();
        stream.answered(200);

        assertThat(taken).isEqualTo(both.length - GET.length());
        assertThat(stream.take(both, taken, both.length)).isEqualTo(new Step(GET.length(), null));
    }

    @Test
    void acceptsAnHttp2PrefaceOnlyWhereHttp2IsEnabled() {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        RequestStream speaks = new RequestStream(new Bounds(8192, 100, true, true));
        assertThat(speaks.take(preface, 0, preface.length)).isEqualTo(new Step(preface.length, null));
        assertThat(speaks.fault()).isEmpty();

        assertThat(pass(preface, preface.length).fault()).map(HttpFault::status).contains(505);
    }

    @Test
    void acceptsAnHttp2PrefaceInPiecesAndAtTheBeginningOnly() {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        Bounds http2 = new Bounds(8192, 100, true, true);
        RequestStream whole = new RequestStream(http2);
        RequestStream inPieces = new RequestStream(http2);
        RequestStream later = new RequestStream(http2);

        assertThat(whole.take(preface, 0, preface.length)).isEqualTo(new Step(preface.length, null));
        assertThat(inPieces.take(preface, 0, 5).out()).isEmpty();
        Step rest = inPieces.take(preface, 5, preface.length);
        assertThat(rest.taken()).isEqualTo(preface.length - 5);
        assertThat(rest.out()).isEqualTo(preface);
        assertThat(inPieces.fault()).isEmpty();
        later.take(GET.getBytes(StandardCharsets.US_ASCII), 0, GET.length());
        later.take(preface, 0, preface.length);
        assertThat(later.fault()).map(HttpFault::status).contains(505);
    }

    @Test
    void looksForAnHttp2PrefaceInTheBytesThatCameOnly() {
        byte[] preface = "GET PRI * HTTP/2.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        RequestStream stream = new RequestStream(new Bounds(8192, 100, true, true));

        assertThat(stream.take(preface, 4, preface.length)).isEqualTo(new Step(preface.length - 4, null));

        byte[] other = ("x".repeat(40) + "GET").getBytes(StandardCharsets.US_ASCII);
        RequestStream begun = new RequestStream(new Bounds(8192, 100, true, true));
        assertThat(begun.take(other, 40, 43).taken()).isEqualTo(3);
        assertThat(begun.held()).isEqualTo(3);
    }

    @Test
    void isFreshUntilAHeadIsCompleteAndTellsWhatIsHeld() {
        RequestStream stream = new RequestStream(BOUNDS);
        byte[] get = GET.getBytes(StandardCharsets.US_ASCII);

        stream.take(get, 0, 5);
        assertThat(stream.fresh()).isTrue();
        assertThat(stream.held()).isEqualTo(5);
        assertThat(stream.offered()).isFalse();

        assertThat(stream.take(get, 5, get.length))
                .satisfies(step -> assertThat(step.taken()).isEqualTo(get.length - 5));
        assertThat(stream.fresh()).isFalse();
        assertThat(stream.held()).isZero();
        assertThat(stream.offered()).isFalse();
    }

    @Test
    void onlyAFinalAnswerEndsAnOffer() {
        RequestStream stream = new RequestStream(BOUNDS);
        byte[] offer = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: other\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        stream.take(offer, 0, offer.length);

        stream.answered(100);
        stream.answered(199);
        assertThat(stream.offered()).isTrue();

        stream.answered(200);
        assertThat(stream.offered()).isFalse();
    }

    @Test
    void passesOtherBytesOnBehindAnOffer() {
        RequestStream stream = new RequestStream(BOUNDS);
        byte[] offer = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: other\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        stream.take(offer, 0, offer.length);
        byte[] other = {'#', '#', 1, 2, 3};

        assertThat(stream.take(other, 2, 5)).isEqualTo(new Step(3, null));

        stream.answered(101);
        assertThat(stream.take(other, 2, 5)).isEqualTo(new Step(3, null));
    }
}
