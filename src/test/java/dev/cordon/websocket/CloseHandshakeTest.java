package dev.cordon.websocket;

import static dev.cordon.websocket.CloseHandshake.Action.ABORT;
import static dev.cordon.websocket.CloseHandshake.Action.CLOSE_SOCKET;
import static dev.cordon.websocket.CloseHandshake.Action.END_OUTPUT;
import static dev.cordon.websocket.CloseHandshake.Action.NOTHING;
import static dev.cordon.websocket.CloseHandshake.Action.SEND_CLOSE_FRAME;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 6455 §7.1, transition by transition. */
class CloseHandshakeTest {
    private final CloseHandshake handshake = new CloseHandshake();

    @Test
    void theSideThatBeginsWaitsForThePeersFrameAndCloses() {
        assertThat(handshake.close()).isEqualTo(SEND_CLOSE_FRAME);
        assertThat(handshake.open()).isFalse();
        assertThat(handshake.closeFrameTaken()).isEqualTo(NOTHING);
        assertThat(handshake.shut()).isFalse();
        assertThat(handshake.peerClosed()).isEqualTo(CLOSE_SOCKET);
        assertThat(handshake.shut()).isTrue();
    }

    @Test
    void theSideThatIsAskedAnswersAndCloses() {
        assertThat(handshake.peerClosed()).isEqualTo(SEND_CLOSE_FRAME);
        assertThat(handshake.shut()).isFalse();
        assertThat(handshake.closeFrameTaken()).isEqualTo(CLOSE_SOCKET);
    }

    @Test
    void whenBothSidesBeginOneFrameIsSentBeforeTheSocketCloses() {
        assertThat(handshake.close()).isEqualTo(SEND_CLOSE_FRAME);
        assertThat(handshake.peerClosed()).isEqualTo(NOTHING);
        assertThat(handshake.closeFrameTaken()).isEqualTo(CLOSE_SOCKET);
    }

    @Test
    void afterAProtocolErrorOutputEndsAndThePeersEndIsAwaited() {
        assertThat(handshake.peerFaulted()).isEqualTo(SEND_CLOSE_FRAME);
        assertThat(handshake.closeFrameTaken()).isEqualTo(END_OUTPUT);
        assertThat(handshake.shut()).isFalse();
        assertThat(handshake.lost()).isEqualTo(ABORT);
    }

    @Test
    void aProtocolErrorAfterTheCloseFrameSendsNoSecondOne() {
        handshake.close();

        assertThat(handshake.peerFaulted()).isEqualTo(NOTHING);
        assertThat(handshake.closeFrameTaken()).isEqualTo(END_OUTPUT);
    }

    @Test
    void afterReadingStopsOnlyOutputEndsWithTheCloseFrame() {
        handshake.stopReading();
        assertThat(handshake.open()).isTrue();

        assertThat(handshake.close()).isEqualTo(SEND_CLOSE_FRAME);
        assertThat(handshake.closeFrameTaken()).isEqualTo(END_OUTPUT);
    }

    @Test
    void oneCloseFrameIsSentHoweverOftenItIsClosed() {
        handshake.close();

        assertThat(handshake.close()).isEqualTo(NOTHING);
        assertThat(handshake.peerFaulted()).isEqualTo(NOTHING);
    }

    @Test
    void theSocketIsAbortedOnce() {
        assertThat(handshake.lost()).isEqualTo(ABORT);
        assertThat(handshake.lost()).isEqualTo(NOTHING);
        assertThat(handshake.close()).isEqualTo(NOTHING);
        assertThat(handshake.closeFrameTaken()).isEqualTo(NOTHING);
        assertThat(handshake.peerClosed()).isEqualTo(NOTHING);
        assertThat(handshake.open()).isFalse();
    }

    @Test
    void theSocketIsClosedOnce() {
        handshake.peerClosed();
        handshake.closeFrameTaken();

        assertThat(handshake.lost()).isEqualTo(NOTHING);
        assertThat(handshake.closeFrameTaken()).isEqualTo(NOTHING);
        assertThat(handshake.peerClosed()).isEqualTo(NOTHING);
    }
}
