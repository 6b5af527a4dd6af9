package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.FakeTransport;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SingletonWebSocketManagerTest extends LegacyManagerContract {
    private final SingletonWebSocketManager manager = new SingletonWebSocketManager(Duration.ofMillis(300));

    @Override
    LegacyManager manager() {
        return manager;
    }

    @Test
    void dropsAReaderThatStallsBeyondTheTimeout() {
        FakeTransport stalled = new FakeTransport().mode(FakeTransport.Mode.HELD);
        manager.connect(ALICE, SESSION, stalled);

        assertThat(manager.send(ALICE, payload("{}"))).isZero();

        assertThat(stalled.closedWith()).contains(Disconnect.SLOW);
        assertThat(manager.connections()).isZero();
    }

    /** F15, as it was: this is what the managers of the factory are measured against. */
    @Test
    void keepsAllUsersWaitingForOneSlowReader() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        FakeTransport stalled =
                new FakeTransport().mode(FakeTransport.Mode.HELD).whileWriting(writing::countDown);
        manager.connect(ALICE, SESSION, stalled);
        manager.connect(BOB, SESSION, new FakeTransport());
        AtomicBoolean aliceDone = new AtomicBoolean();
        Thread alices = new Thread(() -> {
            manager.send(ALICE, payload("{}"));
            aliceDone.set(true);
        });
        alices.start();
        writing.await();

        manager.send(BOB, payload("{}"));

        assertThat(stalled.closes()).isEqualTo(1);
        alices.join();
        assertThat(aliceDone).isTrue();
    }

    @Test
    void saysThatAMessageToOneConnectionFailed() {
        FakeTransport broken = new FakeTransport().mode(FakeTransport.Mode.FAILING);
        ConnectionId handle = manager.connect(ALICE, SESSION, broken).orElseThrow();

        assertThat(manager.send(handle, payload("1"))).isFalse();

        assertThat(broken.closedWith()).contains(Disconnect.SLOW);
    }
}
