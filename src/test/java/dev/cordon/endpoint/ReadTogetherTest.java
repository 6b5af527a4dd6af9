package dev.cordon.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.TestClient;
import dev.cordon.gateway.TestNode;
import dev.cordon.manager.Limits;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.FakeWire;
import dev.cordon.websocket.WebSocketConnection;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Frames that arrive in one read, over a log that appends publications one by one. */
class ReadTogetherTest {
    private static final int FIRST = 2;

    private final TestNode node = new TestNode();
    private final TestClient bob = node.connected("bob");
    private final TestClient backEnd = node.connected("back-end", "publisher");

    private void publish(int id) {
        backEnd.sends("{\"id\":" + id + ",\"publish\":{\"channel\":\"#bob\",\"data\":" + id + "}}");
    }

    private static List<String> answers(int until) {
        return IntStream.rangeClosed(FIRST, until)
                .mapToObj(id -> "{\"id\":" + id + ",\"publish\":{}}")
                .toList();
    }

    @Test
    void writesThePublicationsAndTheAnswersOfOneReadTogether() {
        int answerWrites = backEnd.wire().writes();
        int pushWrites = bob.wire().writes();
        backEnd.handler().begin();
        for (int id = FIRST; id <= 9; id++) {
            publish(id);
        }
        assertThat(bob.received()).isEmpty();
        assertThat(backEnd.wire().writes()).isEqualTo(answerWrites);

        backEnd.handler().end();

        assertThat(bob.received()).hasSize(8);
        assertThat(bob.wire().writes()).isEqualTo(pushWrites + 1);
        assertThat(backEnd.wire().writes()).isEqualTo(answerWrites + 1);
        assertThat(backEnd.received()).isEqualTo(answers(9));
    }

    private String refresh(int id) {
        return "{\"id\":" + id + ",\"refresh\":{\"token\":\"" + node.token("back-end", Duration.ofHours(1), "publisher")
                + "\"}}";
    }

    @Test
    void answersARefreshAtTheEndOfItsRead() {
        backEnd.handler().begin();
        backEnd.sends(refresh(FIRST));
        backEnd.handler().end();

        assertThat(backEnd.received()).singleElement().asString().startsWith("{\"id\":2,\"refresh\":");
    }

    @Test
    void writesThePublicationsAroundARefreshOfTheSameFrame() {
        backEnd.handler().begin();
        backEnd.sends(
                "{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":1}}",
                refresh(3),
                "{\"id\":4,\"publish\":{\"channel\":\"#bob\",\"data\":2}}");
        backEnd.handler().end();

        assertThat(bob.received()).hasSize(2);
        assertThat(backEnd.received()).hasSize(3);
    }

    @Test
    void writesThePublicationsBehindAConnectOfTheSameFrame() {
        TestClient fresh = node.socket();
        fresh.handler().begin();
        fresh.sends(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("late", Duration.ofHours(1), "publisher") + "\"}}",
                "{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":1}}");
        fresh.handler().end();

        assertThat(bob.received()).hasSize(1);
        assertThat(fresh.received()).hasSize(2);
    }

    /** With 109 an SDK fetches another token; after 3501 alone it would not come back. */
    private void answeredBeforeTheConnectionEnds(Consumer<TestClient> sending) {
        TestClient late = node.socket();
        late.handler().begin();
        sending.accept(late);
        late.handler().end();

        assertThat(late.received()).singleElement().asString().contains("\"error\":{\"code\":109,");
        assertThat(late.closedWith()).containsExactly(Disconnect.BAD_REQUEST.code());
    }

    @Test
    void answersARejectedConnectBeforeTheNextFrameEndsTheConnection() {
        answeredBeforeTheConnectionEnds(late -> {
            late.connect(node.token("late", Duration.ofHours(-1)));
            late.sends("{\"id\":2,\"ping\":{}}");
        });
    }

    @Test
    void answersARejectedConnectBeforeTheNextCommandOfItsFrameEndsTheConnection() {
        answeredBeforeTheConnectionEnds(late -> late.sends(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("late", Duration.ofHours(-1)) + "\"}}",
                "{\"id\":2,\"ping\":{}}"));
    }

    @Test
    void writesThePublicationsBeforeARefreshIsRejected() {
        backEnd.handler().begin();
        publish(FIRST);

        backEnd.sends("{\"id\":9,\"refresh\":{\"token\":\"nonsense\"}}");

        assertThat(bob.received()).hasSize(1);
    }

    @Test
    void writesThePublicationsBeforeTheirPublisherEnds() {
        backEnd.handler().begin();
        publish(FIRST);

        backEnd.handler().ended(Disconnect.NORMAL);

        assertThat(bob.received()).hasSize(1);
    }

    @Test
    void answersALaterFrameAtOnce() {
        backEnd.handler().begin();
        backEnd.handler().end();

        publish(FIRST);

        assertThat(backEnd.received()).isEqualTo(answers(FIRST));
    }

    /** Asserts that a publish is answered before something else in the same read ends the connection. */
    private void answeredBefore(Runnable end, Disconnect with) {
        backEnd.handler().begin();
        publish(FIRST);

        end.run();

        assertThat(backEnd.received()).isEqualTo(answers(FIRST));
        assertThat(backEnd.closedWith()).containsExactly(with.code());
    }

    @Test
    void writesTheAnswersBeforeTheConnectionEnds() {
        answeredBefore(() -> backEnd.handler().ended(Disconnect.NORMAL), Disconnect.NORMAL);
    }

    @Test
    void writesTheAnswersBeforeAMalformedFrameEndsTheConnection() {
        answeredBefore(() -> backEnd.sends("nonsense"), Disconnect.BAD_REQUEST);
    }

    @Test
    void writesTheAnswersBeforeAnInvalidTokenEndsTheConnection() {
        answeredBefore(
                () -> backEnd.sends("{\"id\":9,\"refresh\":{\"token\":\"nonsense\"}}"), Disconnect.INVALID_TOKEN);
    }

    @Test
    void writesTheAnswersBeforeASecondConnectEndsTheConnection() {
        answeredBefore(() -> backEnd.connect("nonsense"), Disconnect.BAD_REQUEST);
    }

    @Test
    void writesAnswersEarlierWhenMoreWaitThanTheQueueHolds() {
        int most = Limits.DEFAULTS.queueMaxMessages();
        backEnd.handler().begin();
        for (int id = FIRST; id <= FIRST + most; id++) {
            backEnd.sends("{\"id\":" + id + ",\"ping\":{}}");
        }
        backEnd.handler().end();

        assertThat(backEnd.received()).hasSize(most + 1);
        assertThat(backEnd.closedWith()).isEmpty();
    }

    /** Opens a client that sends an echo and these further bytes in one read. */
    private FakeWire sendsAtOnceWithAnEcho(byte[] last) {
        FakeWire wire = new FakeWire();
        WebSocketConnection socket = new GatewaySockets(node.gateway).open(wire, Encoding.JSON, "test");
        byte[] connect = ClientFrames.text(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", Duration.ofHours(1)) + "\"}}");
        socket.received(connect, 0, connect.length);
        wire.written.clear();
        byte[] echo = ClientFrames.text("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":7}}");
        byte[] both = Arrays.copyOf(echo, echo.length + last.length);
        System.arraycopy(last, 0, both, echo.length, last.length);
        socket.received(both, 0, both.length);
        return wire;
    }

    private void answeredBefore(int closeCode, FakeWire wire) {
        assertThat(wire.written).hasSize(2);
        assertThat(new String(wire.written.get(0), UTF_8)).endsWith("{\"id\":2,\"rpc\":{\"data\":7}}");
        assertThat(wire.closeCode()).isEqualTo(closeCode);
        assertThat(node.counters.writeFailures.sum()).isZero();
    }

    @Test
    void writesTheAnswersBeforeItAnswersTheClientsClose() {
        answeredBefore(4001, sendsAtOnceWithAnEcho(ClientFrames.close(4001, "bye")));
    }

    @Test
    void writesTheAnswersBeforeABinaryFrameEndsTheConnection() {
        answeredBefore(Disconnect.BAD_REQUEST.code(), sendsAtOnceWithAnEcho(ClientFrames.frame(0x82, new byte[] {1})));

        assertThat(node.counters.closes()).containsOnlyKeys(Disconnect.BAD_REQUEST.code());
    }
}
