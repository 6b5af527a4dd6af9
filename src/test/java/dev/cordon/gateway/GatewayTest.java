package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class GatewayTest {
    private final TestNode node = new TestNode();

    @Test
    @DisplayName("F10 the connect rates of users and addresses are forgotten once they are full again")
    void sweepsRates() {
        node.gateway.userMayConnect(new UserId("ann"));
        node.gateway.addressMayConnect("192.0.2.1");

        assertThat(node.gateway.sweepRates()).isZero();
        node.nanos.addAndGet(Duration.ofMinutes(1).toNanos());

        assertThat(node.gateway.sweepRates()).isEqualTo(2);
    }

    @Test
    @DisplayName("F40 handshakes of one address are limited: four seconds' worth at once, and no more")
    void limitsHandshakesOfAnAddress() {
        for (int i = 0; i < 400; i++) {
            assertThat(node.gateway.addressMayConnect("192.0.2.1")).isTrue();
        }

        assertThat(node.gateway.addressMayConnect("192.0.2.1")).isFalse();
        assertThat(node.gateway.addressMayConnect("192.0.2.2")).isTrue();
    }

    @Test
    void theLogTakesTheLargestMessageThatCanBeSet() {
        Payload largest = Payload.json("\"" + "x".repeat(SocketSettings.MAX_MESSAGE_BYTES - 2) + "\"");
        Channel channel = Channel.personal(new UserId("ann"));

        node.log.append(channel, largest);

        assertThat(node.log
                        .readAfter(
                                channel,
                                new StreamPosition(node.log.top(channel).epoch(), 0))
                        .publications())
                .extracting(Publication::payload)
                .containsExactly(largest);
    }

    @RepeatedTest(200)
    @DisplayName("F01 F17 a close that races with the connect leaves nothing behind")
    void aCloseThatRacesWithTheConnectLeavesNothing() throws InterruptedException {
        TestClient ann = node.socket();
        String token = node.token("ann", Duration.ofHours(1));
        CountDownLatch ready = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread closing = new Thread(() -> {
            ready.countDown();
            ann.handler().ended(Disconnect.NORMAL);
        });
        closing.setUncaughtExceptionHandler((thread, cause) -> failure.set(cause));

        closing.start();
        ready.await();
        ann.connect(token);
        closing.join();

        assertThat(failure).hasNullValue();
        assertThat(ann.closedWith()).containsExactly(3000);
        assertThat(node.factory.stats().users()).isZero();
        assertThat(node.factory.connections()).isEmpty();
    }
}
