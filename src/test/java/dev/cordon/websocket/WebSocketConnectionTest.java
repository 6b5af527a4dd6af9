package dev.cordon.websocket;

import static dev.cordon.websocket.ClientFrames.FIN;
import static dev.cordon.websocket.ClientFrames.bytes;
import static dev.cordon.websocket.ClientFrames.frame;
import static dev.cordon.websocket.ClientFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Frame;
import dev.cordon.websocket.Wire.Completion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WebSocketConnectionTest {
    private static final int MOST = WebSocketConnection.MAX_CONTROL_FRAMES_PER_SECOND;
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] PING = frame(FIN | FrameHeader.PING, bytes(7));
    private static final byte[] PONG = frame(FIN | FrameHeader.PONG, bytes());
    private static final byte[] UNMASKED = bytes(0x81, 0);

    private final AtomicLong nanos = new AtomicLong(5 * SECOND);
    private final AtomicReference<Runnable> onNextLook = new AtomicReference<>(() -> {});
    private final WebSockets all = new WebSockets(() -> Long.MAX_VALUE, cut -> {}, this::nanos);
    private final FakeWire wire = new FakeWire();
    private final RecordingListener listener = new RecordingListener();
    private final WebSocketConnection connection = connection(wire);
    private final List<String> told = new ArrayList<>();

    private final Completion completion = new Completion() {
        @Override
        public void written() {
            told.add("written");
        }

        @Override
        public void failed(Throwable cause) {
            told.add("failed");
        }
    };

    /** The clock. First runs what another thread does at that moment. */
    private long nanos() {
        onNextLook.getAndSet(() -> {}).run();
        return nanos.get();
    }

    private WebSocketConnection connection(Wire over) {
        WebSocketConnection made = new WebSocketConnection(over, all);
        made.listen(listener);
        return made;
    }

    private void receive(byte[]... frames) {
        byte[] read = join(frames);
        connection.received(read, 0, read.length);
    }

    @Test
    void reportsMessagesBetweenTheBeginAndTheEndOfTheirRead() {
        receive(ClientFrames.text("one"), ClientFrames.text("two"));

        assertThat(listener.events).containsExactly("begins", "message one", "message two", "ends");
    }

    @Test
    void writesATextInAFrame() {
        wire.stalled = true;
        connection.write(Frame.of("{}"), completion);
        assertThat(told).isEmpty();

        wire.take();

        assertThat(wire.written).containsExactly(bytes(0x81, 2, '{', '}'));
        assertThat(told).containsExactly("written");
    }

    @Test
    @DisplayName("F08 a ping is a sign of life, and answered with its own bytes")
    void answersAPing() {
        receive(PING);

        assertThat(listener.events).containsExactly("begins", "alive", "ends");
        assertThat(wire.written).containsExactly(bytes(0x8A, 1, 7));
    }

    @Test
    @DisplayName("F08 a pong is a sign of life, and not answered")
    void doesNotAnswerAPong() {
        receive(PONG);

        assertThat(listener.events).containsExactly("begins", "alive", "ends");
        assertThat(wire.written).isEmpty();
    }

    @Test
    void closesAConnectionAfterTooManyControlFramesInASecond() {
        for (int i = 0; i < MOST; i++) {
            receive(PING);
        }
        assertThat(wire.written).hasSize(MOST);
        listener.events.clear();
        nanos.addAndGet(SECOND);

        receive(PING, PONG, ClientFrames.text("late"));

        assertThat(wire.closeCode()).isEqualTo(1008);
        assertThat(wire.written).as("no pong beside the close frame").hasSize(MOST + 1);
        assertThat(listener.events).containsExactly("begins", "faulted FLOOD", "flush", "ended FAULT", "ends");
    }

    @Test
    void countsControlFramesAnewAfterASecond() {
        for (int second = 0; second < 3; second++) {
            for (int i = 0; i < MOST; i++) {
                receive(PONG);
            }
            nanos.addAndGet(SECOND + 1);
        }
        assertThat(wire.written).isEmpty();

        for (int i = 0; i <= MOST; i++) {
            receive(PONG);
        }

        assertThat(wire.closeCode()).isEqualTo(1008);
    }

    @Test
    void echoesThePeersCloseCodeAfterTheOwedFrames() {
        listener.onFlush = () -> connection.write(Frame.of("{}"), completion);

        receive(ClientFrames.close(4001, "bye"), ClientFrames.text("late"));

        assertThat(wire.written).containsExactly(bytes(0x81, 2, '{', '}'), bytes(0x88, 2, 0x0F, 0xA1));
        assertThat(wire.ends).containsExactly("close");
        assertThat(listener.events).containsExactly("begins", "flush", "ended PEER", "ends");
        assertThat(all.closingNow()).isZero();
    }

    @Test
    void answersACloseWithoutCodeWithNormal() {
        receive(frame(FIN | FrameHeader.CLOSE, bytes()));

        assertThat(wire.closeCode()).isEqualTo(1000);
    }

    @Test
    void ignoresMessagesAndWaitsForThePeersAnswerToItsClose() {
        connection.close(3001, "shutdown");
        connection.close(3008, "slow");

        receive(ClientFrames.text("late"));

        assertThat(wire.closeCode()).isEqualTo(3001);
        assertThat(wire.closeReason()).isEqualTo("shutdown");
        assertThat(wire.written).hasSize(1);
        assertThat(wire.ends).isEmpty();
        assertThat(all.closingNow()).isEqualTo(1);
        assertThat(listener.events).containsExactly("begins", "ends");

        receive(ClientFrames.close(3001, ""));
        assertThat(wire.ends).containsExactly("close");
        assertThat(all.closingNow()).isZero();
    }

    @Test
    void closesAfterTheOwedFramesWhenThePeerBreaksTheProtocol() {
        listener.onFlush = () -> connection.write(Frame.of("{}"), completion);

        receive(UNMASKED, ClientFrames.text("late"));
        receive(ClientFrames.text("later"));

        assertThat(wire.written).hasSize(2).first().isEqualTo(bytes(0x81, 2, '{', '}'));
        assertThat(wire.closeCode()).isEqualTo(1002);
        assertThat(wire.closeReason()).isEqualTo("protocol error");
        assertThat(wire.ends).containsExactly("finish");
        assertThat(listener.events)
                .containsExactly("begins", "faulted PROTOCOL", "flush", "ended FAULT", "ends", "begins", "ends");
    }

    @Test
    @DisplayName("S1: after a cut, messages are ignored, and only the end of the peer's stream is awaited")
    void ignoresMessagesAfterACut() {
        connection.cut(CloseCause.UNFINISHED);
        receive(ClientFrames.text("late"));
        assertThat(listener.events).containsExactly("ended UNFINISHED", "begins", "ends");

        connection.close(3008, "slow");

        assertThat(wire.closeCode()).isEqualTo(3008);
        assertThat(wire.ends).containsExactly("finish");
    }

    @Test
    @DisplayName("F01 a lost connection frees its socket and fails the write under way, once")
    void freesTheSocketOfALostConnectionOnce() {
        wire.stalled = true;
        connection.write(Frame.of("{}"), completion);
        connection.close(3001, "");

        connection.lost();
        connection.lost();

        assertThat(wire.ends).containsExactly("abort");
        assertThat(told).containsExactly("failed");
        assertThat(listener.events).containsExactly("ended PEER");
        assertThat(all.closingNow()).isZero();
    }

    @Test
    @DisplayName("F01 a failed write frees the socket")
    void freesTheSocketWhenAWriteFails() {
        wire.stalled = true;
        connection.write(Frame.of("{}"), completion);

        wire.fail();

        assertThat(wire.ends).containsExactly("abort");
        assertThat(listener.events).containsExactly("ended PEER");
    }

    @Test
    @DisplayName("S1: a lost connection releases its half-received bytes")
    void releasesTheHalfReceivedBytesOfALostConnection() {
        byte[] message = ClientFrames.text("x".repeat(1024));
        connection.received(message, 0, 100);
        assertThat(all.partialMessages().bytes()).isPositive();
        assertThat(all.sweepPartial()).isZero();

        connection.lost();

        assertThat(all.partialMessages().bytes()).isZero();
    }

    @Test
    @DisplayName("S1: a message that does not arrive completely in time is cut")
    void endsAConnectionWhoseMessageDoesNotArriveInTime() {
        byte[] message = ClientFrames.text("x".repeat(1024));
        connection.received(message, 0, 100);
        nanos.addAndGet(12 * SECOND);

        assertThat(all.sweepPartial()).isEqualTo(1);

        assertThat(listener.events).containsExactly("begins", "ends", "ended UNFINISHED");
    }

    @Test
    void doesNotWaitForAConnectionThatIsLostAsItCloses() {
        onNextLook.set(connection::lost);

        connection.close(3001, "shutdown");

        assertThat(wire.ends).containsExactly("abort");
        assertThat(all.closingNow()).isZero();
    }

    @Test
    void rejectsALongMessageBeforeThePeerIsAccepted() {
        listener.accepted = false;

        receive(ClientFrames.text("x".repeat(FrameDecoder.MAX_STRANGERS_BYTES)));
        assertThat(wire.closeCode()).isZero();
        receive(ClientFrames.text("x".repeat(FrameDecoder.MAX_STRANGERS_BYTES + 1)));

        assertThat(wire.closeCode()).isEqualTo(1009);
    }

    @Test
    void acceptsALongMessageOfAnAcceptedPeer() {
        receive(ClientFrames.text("x".repeat(FrameDecoder.MAX_STRANGERS_BYTES + 1)));

        assertThat(wire.closeCode()).isZero();
        assertThat(listener.events).hasSize(3);
    }

    @Test
    void asksTheListenerWhetherMessagesArePrompt() {
        assertThat(connection.prompt()).isFalse();

        listener.prompt = true;

        assertThat(connection.prompt()).isTrue();
    }

    @Test
    void asksTheListenerWhetherReadingPauses() {
        assertThat(connection.pause(() -> told.add("resumed"))).isFalse();
        assertThat(told).isEmpty();

        listener.pauses = true;

        assertThat(connection.pause(() -> told.add("resumed"))).isTrue();
        assertThat(told).containsExactly("resumed");
    }

    @Test
    void reportsAReadInPlace() {
        connection.readInPlace();

        assertThat(listener.events).containsExactly("read in place");
    }

    @Test
    void runsALaterTaskOnAThreadOfTheListener() {
        connection.later(() -> told.add("ran"));

        assertThat(told).containsExactly("ran");
        assertThat(wire.ends).isEmpty();
    }

    @Test
    @DisplayName("F09 a socket is freed when no thread will run its task")
    void freesTheSocketWhenNoThreadRunsALaterTask() {
        listener.hasThreads = false;

        connection.later(() -> told.add("ran"));

        assertThat(told).isEmpty();
        assertThat(wire.ends).containsExactly("abort");
    }

    @Test
    void ignoresMessagesAndAnswersControlFramesWithoutAListener() {
        WebSocketConnection unheard = new WebSocketConnection(wire, all);
        byte[] read = join(ClientFrames.text("unheard"), PING, ClientFrames.close(1000, ""));

        unheard.readInPlace();
        unheard.received(read, 0, read.length);

        assertThat(wire.written).containsExactly(bytes(0x8A, 1, 7), bytes(0x88, 2, 0x03, 0xE8));
        assertThat(wire.ends).containsExactly("close");
        assertThat(unheard.prompt()).isFalse();
        assertThat(unheard.accepted()).isFalse();
        assertThat(unheard.pause(() -> {})).isFalse();
    }

    @Test
    void answersAnInvalidFrameAndRunsNothingLaterWithoutAListener() {
        WebSocketConnection unheard = new WebSocketConnection(wire, all);

        unheard.received(UNMASKED.clone(), 0, UNMASKED.length);
        assertThat(wire.closeCode()).isEqualTo(1002);
        unheard.later(() -> told.add("ran"));

        assertThat(wire.ends).containsExactly("finish", "abort");
        assertThat(told).isEmpty();
    }
}
