package dev.cordon.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Counters;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.Limits;
import dev.cordon.manager.OpenResult;
import dev.cordon.manager.Transport;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.SubscribeReply;
import dev.cordon.websocket.Wire;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PublisherTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final Payload PAYLOAD = Payload.json("{\"a\": 1}");

    private final Counters delivery = new Counters();
    private final WebSocketManagerFactory factory = new WebSocketManagerFactory(
            () -> Limits.DEFAULTS, delivery, new IsolationGuard(delivery), System::nanoTime);
    private final HookedLog log = new HookedLog();
    private final PublishCounters counters = new PublishCounters();
    private final Publisher publisher =
            new Publisher(log, factory, new Idempotency(counters, System::nanoTime), counters, System::nanoTime);

    @Test
    @DisplayName("L9: a draining node rejects a publish, alone or in a group, into a log that ends with the node")
    void l9_aDrainingNodeRejectsPublishesIntoALogThatEndsWithIt() {
        factory.stopAccepting();

        assertThatThrownBy(() -> publish(ALICE)).isInstanceOf(LogUnavailableException.class);
        assertThatThrownBy(() -> {
                    try (WriteBatch writes = new WriteBatch()) {
                        publisher.publishAll(List.of(new Append(ALICE, PAYLOAD, Optional.empty())), writes);
                    }
                })
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage("this node is stopping");
        assertThat(counters.accepted.sum()).isZero();
        assertThat(log.stats().publications()).isZero();
    }

    @Test
    @DisplayName("L9: a draining node publishes into a log that outlives the node")
    void l9_aDrainingNodePublishesIntoALogThatOutlivesIt() {
        log.outlives = true;
        factory.stopAccepting();

        publish(ALICE);

        assertThat(log.stats().publications()).isEqualTo(1);
    }

    @Test
    @DisplayName("F21 without a connection the receipt says so, and has the message's position in the log")
    void theReceiptSaysThatThereIsNoConnection() {
        publish(ALICE);
        PublishReceipt receipt = publish(ALICE);

        assertThat(receipt).isEqualTo(new PublishReceipt(new StreamPosition("e1", 2), 0));
        assertThat(log.readAfter(ALICE, new StreamPosition("e1", 0)).publications())
                .extracting(p -> p.payload())
                .containsExactly(PAYLOAD, PAYLOAD);
        assertThat(counters.withoutConnection.sum()).isEqualTo(2);
    }

    @Test
    @DisplayName("F21 the receipt counts the owner's connections that got the publication, and no other user's")
    void theReceiptCountsTheConnectionsThatGotThePublication() {
        Wire laptop = connect(ALICE, "laptop");
        Wire tab = connect(ALICE, "laptop");
        Wire phone = connect(ALICE, "phone");
        Wire other = connect(BOB, "laptop");

        PublishReceipt receipt = publish(ALICE);

        assertThat(receipt).isEqualTo(new PublishReceipt(new StreamPosition("e1", 1), 3));
        assertThat(List.of(laptop, tab, phone))
                .allSatisfy(wire -> assertThat(wire.messages()).containsExactly(push(1)));
        assertThat(other.messages()).isEmpty();
        assertThat(counters.withoutConnection.sum()).isZero();
    }

    @Test
    @DisplayName("F21 a connection that is not subscribed, or gone, does not count")
    void theReceiptCountsNoUnsubscribedOrClosedConnection() {
        connect(ALICE, "laptop");
        Wire gone = connect(ALICE, "phone");
        gone.connection().close(Disconnect.NORMAL);

        assertThat(publish(ALICE).connections()).isEqualTo(1);
        assertThat(publish(Channel.parse("topic#alice")).connections()).isZero();
        assertThat(counters.withoutConnection.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("F20 F21 a connection that attaches between append and lookup gets the message once")
    void appendsBeforeItLooksUpTheConnections() {
        List<Wire> late = new ArrayList<>();
        log.afterAppend = () -> late.add(connect(ALICE, "late"));

        PublishReceipt receipt = publish(ALICE);

        assertThat(receipt.connections()).isEqualTo(1);
        assertThat(late.get(0).reply()).contains("{\"offset\":1,\"data\":{\"a\": 1}}");
        assertThat(late.get(0).messages()).isEmpty();
    }

    @Test
    void writesWhenTheBatchIsClosed() {
        Wire wire = connect(ALICE, "laptop");

        try (WriteBatch writes = new WriteBatch()) {
            publisher.publish(ALICE, PAYLOAD, Optional.empty(), writes);
            publisher.publish(ALICE, PAYLOAD, Optional.empty(), writes);
            assertThat(wire.messages()).isEmpty();
        }

        assertThat(wire.messages()).containsExactly(push(1), push(2));
    }

    @Test
    void publishesOnceForAKey() {
        Wire wire = connect(ALICE, "laptop");

        PublishReceipt first = publish(ALICE, "k");
        PublishReceipt second = publish(ALICE, "k");

        assertThat(second).isEqualTo(first).isEqualTo(new PublishReceipt(new StreamPosition("e1", 1), 1));
        assertThat(wire.messages()).containsExactly(push(1));
        assertThat(counters.accepted.sum()).isEqualTo(2);
        assertThat(counters.appended.sum()).isEqualTo(1);
        assertThat(counters.duplicates.sum()).isEqualTo(1);
    }

    @Test
    void publishesToEachChannelForOneKey() {
        publish(ALICE, "k");

        assertThat(publish(BOB, "k").position()).isEqualTo(new StreamPosition("e1", 1));
        assertThat(counters.appended.sum()).isEqualTo(2);
    }

    @Test
    void publishesEachTimeWithoutAKey() {
        publish(ALICE);

        assertThat(publish(ALICE).position().offset()).isEqualTo(2);
        assertThat(counters.duplicates.sum()).isZero();
    }

    @Test
    @DisplayName("F38 a publish fails with its log: no connection gets it, and the same key may try again")
    void failsWhenTheLogFails() {
        Wire wire = connect(ALICE, "laptop");
        log.beforeAppend = () -> {
            throw new IllegalStateException("log is down");
        };

        assertThatThrownBy(() -> publish(ALICE, "k")).hasMessage("log is down");
        assertThat(wire.messages()).isEmpty();
        assertThat(counters.failed.sum()).isEqualTo(1);
        assertThat(counters.appended.sum()).isZero();
        assertThat(counters.withoutConnection.sum()).isZero();

        log.beforeAppend = () -> {};
        assertThat(publish(ALICE, "k")).isEqualTo(new PublishReceipt(new StreamPosition("e1", 1), 1));
    }

    @Test
    @DisplayName("L1: a commit that lands after its publish was rejected reaches the readers once, with the repetition")
    void aRepetitionDeliversTheLateCommitOfItsKey() {
        Wire wire = connect(ALICE, "laptop");
        log.batch = 2;
        log.beforeAppend = () -> {
            throw new LogUnavailableException("no answer within 3000 ms");
        };
        assertThatThrownBy(() -> publish(ALICE, "k")).isInstanceOf(LogUnavailableException.class);
        factory.catchUp(log);
        log.stored = Optional.of(log.real.append(ALICE, PAYLOAD));
        assertThat(wire.messages()).isEmpty();

        assertThat(publish(ALICE, "k")).isEqualTo(new PublishReceipt(new StreamPosition("e1", 1), 0));
        factory.catchUp(log);
        assertThat(wire.messages()).containsExactly(push(1));

        Publisher anotherNode =
                new Publisher(log, factory, new Idempotency(counters, System::nanoTime), counters, System::nanoTime);
        long reads = delivery.catchUps.sum();
        try (WriteBatch writes = new WriteBatch()) {
            anotherNode.publish(ALICE, PAYLOAD, Optional.of("k"), writes);
        }
        factory.catchUp(log);
        assertThat(wire.messages()).containsExactly(push(1));
        assertThat(delivery.catchUps.sum())
                .as("a connection that has it does not read the log")
                .isEqualTo(reads);
    }

    @Test
    @DisplayName("F45 every counter of publishing moves")
    void countsWhatItAccepts() {
        publish(ALICE);
        publish(ALICE, "k");
        publish(ALICE, "k");

        assertThat(counters.accepted.sum()).isEqualTo(3);
        assertThat(counters.appended.sum()).isEqualTo(2);
        assertThat(counters.duplicates.sum()).isEqualTo(1);
        assertThat(counters.withoutConnection.sum()).isEqualTo(2);
        assertThat(counters.failed.sum()).isZero();
    }

    private PublishReceipt publish(Channel channel) {
        return publish(channel, Optional.empty());
    }

    private PublishReceipt publish(Channel channel, String key) {
        return publish(channel, Optional.of(key));
    }

    private PublishReceipt publish(Channel channel, Optional<String> key) {
        try (WriteBatch writes = new WriteBatch()) {
            return publisher.publish(channel, PAYLOAD, key, writes);
        }
    }

    private static String push(long offset) {
        return "{\"push\":{\"channel\":\"#alice\",\"pub\":{\"offset\":" + offset + ",\"data\":{\"a\": 1}}}}";
    }

    /** A connection of the channel's owner, subscribed and live. */
    private Wire connect(Channel channel, String session) {
        FakeTransport transport = new FakeTransport();
        Connection connection = factory.accept(transport).orElseThrow();
        UserContext context = new UserContext(channel.owner(), new SessionId(session), false, Instant.MAX);
        assertThat(factory.open(connection, context)).isInstanceOf(OpenResult.Opened.class);
        assertThat(connection.attach(context, channel)).isEmpty();
        Backlog backlog = log.readAfter(channel, new StreamPosition("e1", 0));
        SubscribeReply reply = new SubscribeReply(backlog.top(), true, true, backlog.publications());
        connection.goLive(channel, backlog.top(), FrameWriter.subscribe(1, reply), log);
        connection.drain();
        return new Wire(connection, transport);
    }

    private record Wire(Connection connection, FakeTransport transport) {
        String reply() {
            return transport.messages.get(0);
        }

        List<String> messages() {
            return transport.messages.subList(1, transport.messages.size());
        }
    }

    /** Accepts each write at once. */
    private static final class FakeTransport implements Transport {
        private final List<String> messages = new ArrayList<>();

        @Override
        public void write(Frame frame, Completion completion) {
            messages.addAll(Arrays.asList(frame.text().split("\n", -1)));
            completion.written();
        }

        @Override
        public void close(Disconnect disconnect) {}

        @Override
        public String remoteAddress() {
            return "127.0.0.1";
        }
    }

    /** The log in memory, with hooks before and after an append. */
    private static final class HookedLog implements ForwardingUserLog {
        private final UserLog real = new MemoryUserLog(
                () -> new Retention(256, 1_000_000, Duration.ofMinutes(10), 10_000_000), Clock.systemUTC(), "e1");
        private Runnable beforeAppend = () -> {};
        private Runnable afterAppend = () -> {};
        private int batch = 1;
        private boolean outlives;
        /** What the log returns for each append, as a repetition. */
        private Optional<Appended> stored = Optional.empty();

        @Override
        public UserLog log() {
            return real;
        }

        @Override
        public boolean waits() {
            return outlives;
        }

        @Override
        public int batch() {
            return batch;
        }

        @Override
        public List<Appended> appendAll(List<Append> appends) {
            if (stored.isPresent()) {
                Appended first = stored.get();
                return List.of(new Appended(first.publication(), first.epoch(), true));
            }
            return ForwardingUserLog.super.appendAll(appends);
        }

        @Override
        public Appended append(Channel channel, Payload payload) {
            beforeAppend.run();
            Appended appended = real.append(channel, payload);
            afterAppend.run();
            return appended;
        }
    }
}
