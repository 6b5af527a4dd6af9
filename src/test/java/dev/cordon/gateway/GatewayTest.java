package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.manager.Limits;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.LogLines;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
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

    @Test
    @DisplayName("F10 a user's rate is kept until it is full again: half a second at 120 connects a minute")
    void keepsARateUntilItIsFull() {
        node.gateway.userMayConnect(new UserId("ann"));
        node.gateway.addressMayConnect("192.0.2.1");

        node.nanos.addAndGet(Duration.ofMillis(499).toNanos());
        assertThat(node.gateway.sweepRates()).as("the address alone").isEqualTo(1);
        node.nanos.addAndGet(Duration.ofMillis(1).toNanos());

        assertThat(node.gateway.sweepRates()).isEqualTo(1);
    }

    @Test
    @DisplayName("F40 at 60 connects a minute a user may connect again after a second")
    void refillsAUsersRateBySixtiethsOfAMinute() {
        UserId ann = new UserId("ann");
        node.connectsPerMinute(60);
        for (int i = 0; i < 60; i++) {
            assertThat(node.gateway.userMayConnect(ann)).isTrue();
        }

        node.nanos.addAndGet(Duration.ofMillis(999).toNanos());
        assertThat(node.gateway.userMayConnect(ann)).isFalse();
        node.nanos.addAndGet(Duration.ofMillis(1).toNanos());

        assertThat(node.gateway.userMayConnect(ann)).isTrue();
    }

    @Test
    @DisplayName("F10 the heap account counts the memory of all rates")
    void entersTheMemoryOfAllRatesInTheHeapAccount() {
        HeapAccount account = new HeapAccount();
        node.gateway.enter(account);
        assertThat(account.used(HeapShare.RATES)).isZero();

        node.gateway.userMayConnect(new UserId("ann"));
        node.gateway.userMayConnect(new UserId("bob"));
        node.gateway.addressMayConnect("192.0.2.1");

        assertThat(account.used(HeapShare.RATES)).isEqualTo(3L * RateLimiter.BYTES);
        assertThat(account.limit(HeapShare.RATES)).isEqualTo(HeapShare.RATES.bytes());
    }

    @Test
    void opensAConnectionThatIsServed() {
        FakeTransport wire = new FakeTransport();

        CommandHandler handler = node.gateway.opened(wire).orElseThrow();
        handler.frame("{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", Duration.ofHours(1)) + "\"}}");

        assertThat(wire.messages()).singleElement().asString().startsWith("{\"id\":1,\"connect\":");
        assertThat(node.rejected.rejected(SocketCounters.Rejected.CONNECTION_CAP))
                .isZero();
    }

    @Test
    @DisplayName("F28 a socket that opens while the node stops is closed with 3001")
    void closesASocketThatOpensWhileTheNodeStops() {
        FakeTransport wire = new FakeTransport();
        node.factory.stopAccepting();

        assertThat(node.gateway.opened(wire)).isEmpty();

        assertThat(wire.closes()).containsExactly(Disconnect.SHUTDOWN);
        assertThat(node.rejected.rejected(SocketCounters.Rejected.CONNECTION_CAP))
                .isEqualTo(1);
        assertThat(node.gateway.accepting()).isFalse();
    }

    @Test
    @DisplayName("D2: after the gateway is closed, a connect that would wait for keys gets error 100 and 3011")
    void rejectsAConnectThatWouldWaitForKeysAfterTheClose() {
        TestNode remote = new TestNode(Optional.of(URI.create("http://127.0.0.1:9/keys")));
        FakeTransport wire = new FakeTransport();
        CommandHandler handler = remote.gateway.opened(wire).orElseThrow();

        remote.gateway.close();
        handler.frame("{\"id\":1,\"connect\":{\"token\":\"" + remote.token("ann", Duration.ofHours(1)) + "\"}}");

        assertThat(wire.messages()).singleElement().asString().contains("\"code\":100");
        assertThat(wire.closes()).containsExactly(Disconnect.FORCE_RECONNECT);
    }

    @Test
    void returnsWhetherTheLogHasTakenATask() {
        AtomicInteger carriedOut = new AtomicInteger();

        assertThat(node.gateway.patiently(carriedOut::incrementAndGet)).isTrue();
        node.log.full();
        assertThat(node.gateway.patiently(carriedOut::incrementAndGet)).isFalse();

        assertThat(carriedOut).hasValue(1);
    }

    @Test
    void hasRoomUpToMaxConnections() {
        node.connections(1);
        assertThat(node.gateway.hasRoom()).isTrue();

        node.socket();

        assertThat(node.gateway.hasRoom()).isFalse();
    }

    @Test
    void givesTheEndpointsItsTimeItsDeadlineAndItsCounters() {
        node.nanos.set(42);

        assertThat(node.gateway.nanos()).isEqualTo(42);
        assertThat(node.gateway.connectDeadline()).isEqualTo(Limits.DEFAULTS.connectDeadline());
        assertThat(node.gateway.counters()).isSameAs(node.rejected);
        assertThat(node.gateway.accepting()).isTrue();
    }

    @Test
    @DisplayName("S7 a failed connection is logged at debug level only, without a stack trace")
    void logsAFailedConnectionAtDebugLevelOnly() {
        IOException cause = new IOException("secret");
        assertThat(LogLines.of(Gateway.class, () -> node.gateway.failed(cause))).isEmpty();
        Logger logger = Logger.getLogger(Gateway.class.getName());
        logger.setLevel(Level.FINE);
        try {
            assertThat(LogLines.of(Gateway.class, () -> node.gateway.failed(cause)))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.getMessage()).isEqualTo("A connection failed: IOException");
                        assertThat(line.getThrown()).isNull();
                    });
        } finally {
            logger.setLevel(null);
        }
    }

    @Test
    @DisplayName("C3: a rejection by an endpoint is logged too")
    void logsARejectionByAnEndpoint() {
        assertThat(LogLines.of(Rejections.class, () -> node.gateway.rejections().tell("192.0.2.9", 1009, "too long")))
                .singleElement()
                .extracting(LogRecord::getMessage)
                .isEqualTo("A client at 192.0.2.9 was rejected with 1009: too long");
    }

    @Test
    void acceptsARateOfZeroAndRejectsANegativeOne() {
        SocketSettings unlimited = new SocketSettings(Set.of(), 0, 0, 1);

        assertThat(unlimited.connectRatePerAddress()).isZero();
        assertThatThrownBy(() -> new SocketSettings(Set.of(), -1, 0, 1))
                .hasMessage("cordon.connect-rate-per-address is -1 but must be 0 or more");
        assertThatThrownBy(() -> new SocketSettings(Set.of(), 0, -1, 1))
                .hasMessage("cordon.connect-rate-per-user is -1 but must be 0 or more");
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
