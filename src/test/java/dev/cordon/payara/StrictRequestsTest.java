package dev.cordon.payara;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Cuts;
import dev.cordon.payara.http.RequestStream.Bounds;
import java.nio.ByteBuffer;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.memory.MemoryManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter in front of the codec passes on, read by read and write by write. */
class StrictRequestsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OFFER = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: other\r\n\r\n";
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String CODECS_OWN = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

    private final PartialHeads halves = new PartialHeads(new Cuts(), () -> 1);
    private final StrictRequests strict = new StrictRequests(new Bounds(8192, 100, false, true), halves);
    private final FakeConnection connection = new FakeConnection();
    private final FilterChainContext context = FilterChainContext.create(connection);

    /** Text in an array of the server's, between other bytes. */
    private static Buffer heap(String text) {
        byte[] bytes = ("<<" + text + ">").getBytes(ISO_8859_1);
        return Buffers.wrap(MemoryManager.DEFAULT_MEMORY_MANAGER, bytes, 2, bytes.length - 3);
    }

    private static Buffer direct(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return Buffers.wrap(
                MemoryManager.DEFAULT_MEMORY_MANAGER,
                ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    private NextAction reads(Buffer input) {
        context.setMessage(input);
        return strict.handleRead(context);
    }

    /** Reads bytes; returns those that go on to the codec now, or nothing if none do. */
    private String read(Buffer input) {
        NextAction next = reads(input);
        if (next.type() != context.getInvokeAction().type()) {
            assertThat(next.type()).isEqualTo(context.getStopAction().type());
            return "";
        }
        Buffer passed = context.getMessage();
        return passed.toStringContent(ISO_8859_1);
    }

    private String read(String text) {
        return read(heap(text));
    }

    /** Writes a part of an answer; returns what goes to the client. */
    private String write(String text) {
        context.setMessage(heap(text));
        assertThat(strict.handleWrite(context).type())
                .isEqualTo(context.getInvokeAction().type());
        Buffer passed = context.getMessage();
        return passed.toStringContent(ISO_8859_1);
    }

    private String writesHead(String text) {
        StrictRequests.headComes(connection);
        return write(text);
    }

    @Test
    void passesAWholeRequestOnAsItIs() {
        Buffer input = heap(GET);

        assertThat(read(input)).isEqualTo(GET);
        Buffer passed = context.getMessage();
        assertThat(passed).isSameAs(input);
    }

    @Test
    void passesTheFirstOfTwoRequestsOn() {
        assertThat(read(GET + OFFER)).isEqualTo(GET);
        assertThat(read(direct(GET + OFFER))).isEqualTo(GET);
    }

    @Test
    void readsBuffersThatHaveNoArray() {
        assertThat(read(direct(GET))).isEqualTo(GET);
        assertThat(read(direct(CHUNKED + "00a;x\r\n"))).isEqualTo(CHUNKED + "a\r\n");
    }

    @Test
    @DisplayName("S1 a head that arrives in part is held and counted until it is complete or the client leaves")
    void holdsAHeadThatArrivesInPart() {
        assertThat(read("GET / HT")).isEmpty();
        assertThat(halves.bytes()).isEqualTo(PartialHeads.CONNECTION_BYTES + 8);
        assertThat(read("TP/1.1\r\n")).isEmpty();
        assertThat(halves.bytes()).isEqualTo(PartialHeads.CONNECTION_BYTES + 16);

        assertThat(read("Host: a\r\n\r\n")).isEqualTo(GET);
        assertThat(halves.bytes()).isZero();

        assertThat(read("GET")).isEmpty();
        assertThat(strict.handleClose(context).type())
                .isEqualTo(context.getInvokeAction().type());
        assertThat(halves.bytes()).isZero();
    }

    @Test
    void dropsWhatComesBehindTheLastAnswer() {
        read(GET);
        connection.leave();

        assertThat(read(GET)).isEmpty();
    }

    @Test
    void passesAnEmptyReadOn() {
        assertThat(reads(heap("")).type()).isEqualTo(context.getInvokeAction().type());
    }

    @Test
    void readsNewConnectionsUncheckedOnceEnded() {
        strict.end();

        assertThat(read("\1\2")).isEqualTo("\1\2");
        assertThat(write(CODECS_OWN)).isEqualTo(CODECS_OWN);
    }

    @Test
    void goesOnCheckingAKnownConnectionOnceEnded() {
        read(GET);
        strict.end();

        assertThat(read("\1\2")).startsWith("REJECTED ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 101", "HTTP/1.1 101 Switching Protocols\r\n\r\n"})
    void passesAnotherProtocolOnOnceItIsAccepted(String answer) {
        read(OFFER);

        assertThat(writesHead(answer)).isEqualTo(answer);

        assertThat(read("G\1\2")).isEqualTo("G\1\2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 403 Forbidden\r\n\r\n"})
    void checksRequestsAgainBehindARejectedOffer(String answer) {
        read(OFFER);

        assertThat(writesHead(answer)).isEqualTo(answer);

        assertThat(read("\1")).startsWith("REJECTED ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 10", "HTTP/1.0 101 x", "XTTP/1.1 101 x", "HTTP/1.1-101 x", "HTTP/1.1 100 Continue"})
    void anOfferWaitsForItsFinalAnswer(String other) {
        read(OFFER);

        writesHead(other);

        assertThat(read("\1")).as("of another protocol, perhaps").isEqualTo("\1");
        StrictRequests.headComes(connection);
        write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        assertThat(read("GET\2")).isEqualTo("GET\2");
    }

    @Test
    @DisplayName("C6 a head of 426 gets the option of its Upgrade field, a body that looks like one does not")
    void addsTheOptionToAHeadOf426() {
        read(GET);
        String head = "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n\r\n";

        assertThat(write(head)).as("not announced").isEqualTo(head);
        assertThat(writesHead(head))
                .isEqualTo("HTTP/1.1 426 Upgrade Required\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        assertThat(write(head)).as("its body").isEqualTo(head);
        StrictRequests.answerEnds(connection);
        assertThat(write(head)).as("not announced").isEqualTo(head);
    }

    @Test
    @DisplayName("H3 the codec's own answer to a broken body is replaced by one with a message")
    void replacesTheCodecsOwnAnswer() {
        assertThat(read(CHUNKED + "x\r\n")).startsWith(CHUNKED);

        assertThat(write("HTTP/1.1 400 Bad Request\r\nContent-Length: 10\r\n\r\n"))
                .as("an application's")
                .endsWith("Content-Length: 10\r\n\r\n");
        assertThat(write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")).startsWith("HTTP/1.1 413 ");
        assertThat(write(CODECS_OWN))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .endsWith("{\"error\":{\"code\":400,\"message\":\"the chunked body is malformed: a chunk's size\"}}");
        writesHead("HTTP/1.1 200 OK\r\n\r\n");
        assertThat(write(CODECS_OWN)).as("within another answer").isEqualTo(CODECS_OWN);
    }

    @Test
    void leavesTheCodecsOwnAnswerWhereNothingIsBroken() {
        read(GET);

        assertThat(write(CODECS_OWN)).isEqualTo(CODECS_OWN);
    }
}
