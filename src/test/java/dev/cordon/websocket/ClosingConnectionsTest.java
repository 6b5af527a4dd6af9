package dev.cordon.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClosingConnectionsTest {
    private static final byte[] CLOSE = ClientFrames.close(3001, "");

    private final AtomicLong nanos = new AtomicLong(5_000_000_000L);
    private final WebSockets all = new WebSockets(() -> Long.MAX_VALUE, cut -> {}, nanos::get);
    private final FakeWire wire = new FakeWire();
    private final WebSocketConnection connection = new WebSocketConnection(wire, all);

    @Test
    @DisplayName("F09 the socket of a peer that does not answer a close is freed two seconds later")
    void freesTheSocketOfAPeerThatDoesNotAnswerAClose() {
        connection.close(3001, "");
        nanos.addAndGet(ClosingConnections.PATIENCE.toNanos());
        assertThat(all.sweepClosing()).isZero();
        assertThat(all.closingNow()).isEqualTo(1);
        assertThat(wire.ends).isEmpty();

        nanos.addAndGet(1);

        assertThat(all.sweepClosing()).isEqualTo(1);
        assertThat(wire.ends).containsExactly("abort");
        assertThat(all.closingNow()).isZero();
        assertThat(all.sweepClosing()).isZero();
    }

    @Test
    void waitsForThePeersAnswersAtTheEndOfTheApplication() throws InterruptedException {
        connection.close(3001, "");
        Thread end = new Thread(all::awaitClosed);
        end.start();

        while (end.isAlive() && end.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        connection.received(CLOSE, 0, CLOSE.length);
        end.join();

        assertThat(wire.ends).containsExactly("close");
    }

    @Test
    @DisplayName("an interrupt ends the wait for the peers' answers and frees their sockets at once")
    void stopsWaitingWhenInterrupted() {
        connection.close(3001, "");

        Thread.currentThread().interrupt();
        all.awaitClosed();

        assertThat(Thread.interrupted()).as("the thread is still to end").isTrue();
        assertThat(wire.ends).containsExactly("abort");
        assertThat(all.closingNow()).isZero();
    }
}
