package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Backlog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.StreamPosition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;

/** Every publication exactly once and in order, however publishing and subscribing interleave. */
class ConnectionRaceTest {
    private static final Channel ALICE = TestNode.personal("alice");
    private static final Frame REPLY = Frame.of("{\"id\":1,\"connect\":{}}");

    @RepeatedTest(5)
    @DisplayName("who moves the end of a connection never brings back what an earlier token allowed")
    void movingTheEndKeepsTheRightsOfTheFreshToken() {
        Connection connection = new TestNode().connect("alice", "s").connection();
        UserContext reader = TestNode.context("alice", "s");
        UserContext publisher = new UserContext(reader.user(), reader.session(), true, reader.expires());
        AtomicInteger broughtBack = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();

        Racing.run(
                () -> {
                    for (int i = 0; i < 20_000; i++) {
                        UserContext fresh = i % 2 == 0 ? publisher : reader;
                        connection.refresh(fresh);
                        Thread.onSpinWait();
                        if (connection.context().orElseThrow().publisher() != fresh.publisher()) {
                            broughtBack.incrementAndGet();
                        }
                    }
                    done.set(true);
                },
                () -> {
                    for (int i = 0; !done.get(); i++) {
                        connection.expireAt(HandTime.START.plusSeconds(i));
                    }
                });

        assertThat(broughtBack).hasValue(0);
    }

    /** One step of a publisher or of the subscriber; each keeps its own order, whatever lies between. */
    private enum Step {
        APPEND,
        DELIVER,
        SUBSCRIBER
    }

    @Provide
    Arbitrary<List<Step>> interleavings() {
        return Arbitraries.of(Step.APPEND, Step.APPEND, Step.DELIVER, Step.DELIVER, Step.SUBSCRIBER)
                .list()
                .ofMaxSize(40);
    }

    /** Deliveries even overtake each other: several publishers do that. */
    @Property(tries = 2_000)
    @Label("F20 every publication is delivered exactly once and in order, over random interleavings")
    void deliversEachPublicationOnceInOrder(@ForAll("interleavings") List<Step> steps, @ForAll long seed) {
        TestNode node = new TestNode();
        Random random = new Random(seed);
        List<Delivery> pending = new ArrayList<>();
        Subscriber subscriber = new Subscriber(node);
        for (Step step : steps) {
            switch (step) {
                case APPEND -> pending.add(node.appended(ALICE, "{}"));
                case DELIVER -> {
                    if (!pending.isEmpty()) {
                        deliver(node, pending.remove(random.nextInt(pending.size())));
                    }
                }
                case SUBSCRIBER -> subscriber.step();
            }
        }
        subscriber.finish();
        Collections.shuffle(pending, random);
        pending.forEach(delivery -> deliver(node, delivery));

        long top = node.log.top(ALICE).offset();
        assertThat(subscriber.seen())
                .isEqualTo(LongStream.rangeClosed(1, top).boxed().toList());
    }

    private static void deliver(TestNode node, Delivery delivery) {
        try (WriteBatch writes = new WriteBatch()) {
            node.factory.deliver(delivery, node.log, writes);
        }
    }

    /** The connect command, taken apart: accept, attach, open, read, go live. */
    private static final class Subscriber {
        private final TestNode node;
        private final FakeTransport wire = new FakeTransport();
        private final Connection connection;
        private List<Long> backlog = List.of();
        private StreamPosition from = new StreamPosition("e1", 0);
        private int done;

        Subscriber(TestNode node) {
            this.node = node;
            this.connection = node.accept(wire).connection();
        }

        void step() {
            UserContext context = TestNode.context("alice", "s");
            switch (done++) {
                case 0 -> connection.attach(context, ALICE);
                case 1 -> node.factory.open(connection, context);
                case 2 -> {
                    Backlog read = node.log.readAfter(ALICE, new StreamPosition("e1", 0));
                    from = read.top();
                    backlog = read.publications().stream().map(p -> p.offset()).toList();
                }
                case 3 -> {
                    connection.goLive(ALICE, from, REPLY, node.log);
                    connection.drain();
                }
                default -> {}
            }
        }

        void finish() {
            while (done < 4) {
                step();
            }
        }

        List<Long> seen() {
            List<Long> seen = new ArrayList<>(backlog);
            seen.addAll(wire.offsets());
            return seen;
        }
    }

    @RepeatedTest(20)
    @DisplayName("F17 publishing from three threads while tabs come and go loses and doubles nothing")
    void keepsOrderWhilePublishersAndConnectsRace() {
        TestNode node = new TestNode(
                Limits.DEFAULTS,
                new dev.cordon.log.Retention(10_000, 10_000_000, java.time.Duration.ofMinutes(10), 100_000_000));
        Runnable publisher = () -> {
            for (int i = 0; i < 300; i++) {
                node.publish("alice");
            }
        };
        Runnable tabs = () -> {
            for (int i = 0; i < 40; i++) {
                Peer tab = node.connect("alice", "s");
                List<Long> seen = tab.wire().offsets();
                assertContiguous(seen);
                tab.leave();
            }
        };
        Peer steady = node.connect("alice", "s");
        Peer[] late = new Peer[1];
        StreamPosition start = new StreamPosition("e1", 0);

        Racing.run(
                publisher,
                publisher,
                publisher,
                tabs,
                tabs,
                () -> late[0] =
                        node.connect(TestNode.context("alice", "late"), new FakeTransport(), Optional.of(start)));

        assertThat(steady.wire().offsets())
                .isEqualTo(LongStream.rangeClosed(1, 900).boxed().toList());
        List<Long> seenLate = late[0].wire().offsets();
        assertContiguous(seenLate);
        assertThat(seenLate.isEmpty() || seenLate.get(seenLate.size() - 1) == 900)
                .isTrue();
        assertThat(node.counters.dropped(Counters.Drop.SLOW)).isZero();
    }

    private static void assertContiguous(List<Long> offsets) {
        for (int i = 1; i < offsets.size(); i++) {
            assertThat(offsets.get(i)).isEqualTo(offsets.get(i - 1) + 1);
        }
    }
}
