package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WebSocketManagerFactoryTest {
    private static final Channel ALICE = TestNode.personal("alice");
    private static final Channel NEWS = Channel.parse("news#alice");

    private final TestNode node = new TestNode();
    private final WebSocketManagerFactory factory = node.factory;

    @Test
    void suppliesItself() {
        assertThat(factory.itself().get()).isSameAs(factory);
    }

    @Test
    void acceptsAsManySocketsAsAllowedAndOneMoreForEachThatLeaves() {
        node.limits = new TestLimits().sockets(2).build();
        Peer first = node.accept(new FakeTransport());
        node.accept(new FakeTransport());

        assertThat(factory.accept(new FakeTransport())).isEmpty();
        assertThat(factory.accept(new FakeTransport())).isEmpty();
        first.leave();

        assertThat(factory.accept(new FakeTransport())).isPresent();
        assertThat(factory.accept(new FakeTransport())).isEmpty();
        assertThat(node.counters.connectionsAccepted.sum()).isEqualTo(3);
        assertThat(node.counters.connectionsRejected.sum()).isEqualTo(3);
    }

    @Test
    void closesASocketAcceptedWhileItStops() {
        FakeTransport wire = new FakeTransport();
        node.time.onNextLook(factory::stopAccepting);

        assertThat(factory.accept(wire)).isEmpty();

        assertThat(wire.closedWith()).contains(Disconnect.SHUTDOWN);
        assertThat(factory.stats().connections()).isZero();
        assertThat(node.tables()).containsEntry("sockets", 0);
        assertThat(node.counters.connectionsAccepted.sum()).isZero();
        assertThat(node.counters.connectionsRejected.sum()).isEqualTo(1);
    }

    @Test
    void recordsTheTimesToCreateAndToReleaseAManager() {
        node.time.passing(Duration.ofMillis(3));
        Peer first = node.connect("alice", "s");
        Peer second = node.connect("alice", "s");

        assertThat(node.counters.creation.count()).isEqualTo(1);
        assertThat(node.counters.creation.window().getMaxValue()).isBetween(2_900_000L, 3_100_000L);
        first.leave();
        assertThat(node.counters.cleanup.count()).isZero();
        second.leave();
        assertThat(node.counters.cleanup.count()).isEqualTo(1);
        assertThat(node.counters.cleanup.window().getMaxValue()).isBetween(2_900_000L, 3_100_000L);
    }

    @Test
    void countsNoConnectThatReachedALimit() {
        node.limits = new TestLimits().connections(1).build();
        node.connect("alice", "s");
        Peer second = node.accept(new FakeTransport());

        OpenResult result = factory.open(second.connection(), TestNode.context("alice", "s"));

        assertThat(result).isEqualTo(new OpenResult.LimitReached(OpenResult.Limit.CONNECTIONS_PER_MANAGER));
        assertThat(node.counters.connects.sum()).isEqualTo(1);
        assertThat(factory.stats().managers()).isEqualTo(1);
    }

    @Test
    void reportsEachEndedConnectionOfAUserAndTheManagerWithTheLastOne() {
        List<WebSocketManager> released = new ArrayList<>();
        List<Connection> ended = new ArrayList<>();
        factory.whenReleased(released::add);
        factory.whenEnded(ended::add);
        Peer first = node.connect("alice", "s");
        Peer second = node.connect("alice", "s");
        WebSocketManager manager =
                factory.find(TestNode.context("alice", "s").key()).orElseThrow();

        node.accept(new FakeTransport()).leave();
        assertThat(ended).isEmpty();
        second.leave();
        assertThat(ended).containsExactly(second.connection());
        assertThat(released).isEmpty();
        first.leave();

        assertThat(ended).containsExactly(second.connection(), first.connection());
        assertThat(released).containsExactly(manager);
    }

    @Test
    void endsAllConnectionsOfAUserOnceTheirQueuesAreWritten() {
        Peer laptop = node.connect("alice", "laptop");
        Peer phone = node.connect("alice", "phone", new FakeTransport());
        Peer bob = node.connect("bob", "s");
        phone.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");

        assertThat(factory.disconnectHere(
                        DisconnectOrder.all(TestNode.user("alice"), Disconnect.FORCE_NO_RECONNECT), Duration.ZERO))
                .isEqualTo(2);

        assertThat(laptop.wire().closedWith()).contains(Disconnect.FORCE_NO_RECONNECT);
        assertThat(phone.wire().closes()).isZero();
        phone.wire().complete();
        assertThat(phone.wire().closedWith()).contains(Disconnect.FORCE_NO_RECONNECT);
        assertThat(bob.connected()).isTrue();
        assertThat(factory.disconnectHere(
                        DisconnectOrder.all(TestNode.user("nobody"), Disconnect.SHUTDOWN), Duration.ZERO))
                .isZero();
    }

    @Test
    void findsConnectionsAndManagersWhileTheyLive() {
        Peer alice = node.connect("alice", "s");
        Peer opening = node.accept(new FakeTransport());
        ManagerKey key = TestNode.context("alice", "s").key();

        assertThat(factory.find(alice.connection().id())).containsSame(alice.connection());
        assertThat(factory.find(ConnectionId.random())).isEmpty();
        assertThat(factory.find(key)).get().extracting(WebSocketManager::key).isEqualTo(key);
        assertThat(factory.find(TestNode.context("alice", "other").key())).isEmpty();
        assertThat(factory.find(TestNode.context("bob", "s").key())).isEmpty();
        assertThat(factory.connections()).containsExactlyInAnyOrder(alice.connection(), opening.connection());
        assertThat(factory.managers()).containsExactly(factory.find(key).orElseThrow());
        assertThat(factory.managersOf(TestNode.user("bob"))).isEmpty();

        alice.leave();
        assertThat(factory.find(alice.connection().id())).isEmpty();
        assertThat(factory.find(key)).isEmpty();
    }

    @Test
    void reportsWhetherAChannelIsSubscribed() {
        Peer alice = node.connect("alice", "s");

        assertThat(factory.subscribed(ALICE)).isTrue();
        assertThat(factory.subscribed(NEWS)).isFalse();
        assertThat(factory.subscribed(TestNode.personal("bob"))).isFalse();

        alice.connection().attach(TestNode.context("alice", "s"), NEWS);
        assertThat(factory.subscribed(NEWS)).isTrue();
    }

    @Test
    void countsUsersManagersConnectionsAndQueues() {
        Peer alice = node.connect("alice", "laptop");
        node.connect("alice", "phone");
        node.connect("bob", "s");
        node.accept(new FakeTransport());
        alice.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");
        node.publish("alice");
        node.publish("alice");

        FactoryStats stats = factory.stats();

        assertThat(stats.users()).isEqualTo(2);
        assertThat(stats.managers()).isEqualTo(3);
        assertThat(stats.connections()).isEqualTo(4);
        assertThat(stats.opening()).isEqualTo(1);
        assertThat(stats.queuedMessages()).isEqualTo(2);
        assertThat(stats.queuedBytes())
                .isEqualTo(alice.connection().queuedBytes())
                .isGreaterThan(2);
    }

    @Test
    void deliversAPublicationToItsOwnersConnectionsOnly() {
        node.connect("alice", "laptop");
        node.connect("alice", "phone");
        node.connect("bob", "s");

        try (WriteBatch writes = new WriteBatch()) {
            assertThat(factory.deliver(node.appended(ALICE, "{}"), node.log, writes))
                    .isEqualTo(2);
            assertThat(factory.deliver(node.appended(TestNode.personal("nobody"), "{}"), node.log, writes))
                    .isZero();
        }
    }

    @Test
    void connectionsThatAreBehindCatchUpFromTheLog() {
        Peer alice = node.connect("alice", "s");
        node.appended(ALICE, "{}");
        factory.catchUp(node.log);
        assertThat(alice.wire().offsets()).isEmpty();

        factory.fallBehind(ALICE);
        factory.catchUp(node.log);
        assertThat(alice.wire().offsets()).containsExactly(1L);

        node.appended(ALICE, "{}");
        factory.fallBehind(ALICE, new StreamPosition("e1", 1));
        factory.catchUp(node.log);
        assertThat(alice.wire().offsets())
                .as("the connection has that one already")
                .containsExactly(1L);
        factory.fallBehind(ALICE, new StreamPosition("e1", 2));
        factory.catchUp(node.log);

        assertThat(alice.wire().offsets()).containsExactly(1L, 2L);
    }

    @Test
    void readsNothingForAConnectionThatIsNotBehind() {
        node.connect("alice", "s");

        factory.catchUp(node.log);

        assertThat(node.counters.catchUps.sum()).isZero();
    }

    @Test
    void aConnectionHasTheRemoteAddressOfItsWire() {
        assertThat(node.accept(new FakeTransport()).connection().remoteAddress())
                .isEqualTo("192.0.2.1");
    }

    @Test
    void selectsAllConnectionsOfAUserOrThoseOfASessionOrOne() {
        Peer laptop = node.connect("alice", "laptop");
        Peer tab = node.connect("alice", "laptop");
        Peer phone = node.connect("alice", "phone");
        node.connect("bob", "laptop");
        UserId alice = TestNode.user("alice");

        assertThat(factory.connectionsOf(ConnectionSelection.all(alice)))
                .containsExactly(laptop.connection(), tab.connection(), phone.connection());
        assertThat(factory.connectionsOf(
                        new ConnectionSelection(alice, Optional.of(new SessionId("laptop")), Optional.empty())))
                .containsExactly(laptop.connection(), tab.connection());
        assertThat(factory.connectionsOf(new ConnectionSelection(
                        alice, Optional.empty(), Optional.of(tab.connection().id()))))
                .containsExactly(tab.connection());
        assertThat(factory.connectionsOf(new ConnectionSelection(
                        alice,
                        Optional.of(new SessionId("phone")),
                        Optional.of(tab.connection().id()))))
                .isEmpty();
    }

    @Test
    void tellsWhichUsersComeWithTheirFirstManagerAndLeaveWithTheirLast() {
        List<String> told = listen();

        Peer laptop = node.connect("alice", "laptop");
        assertThat(told).containsExactly("came alice");
        Peer phone = node.connect("alice", "phone");
        assertThat(told).containsExactly("came alice");
        laptop.leave();
        assertThat(told).containsExactly("came alice");
        phone.leave();

        assertThat(told).containsExactly("came alice", "left alice");
    }

    @Test
    void tellsANewListenerWhichUsersAreThereAlready() {
        node.connect("alice", "s");
        node.connect("bob", "s").leave();

        List<String> told = listen();

        assertThat(told).containsExactly("came alice");
        assertThat(node.publish("alice").connections()).isEqualTo(1);
    }

    private List<String> listen() {
        List<String> told = new ArrayList<>();
        factory.listenToUsers(new UserListener() {
            @Override
            public void came(UserId user) {
                told.add("came " + user.value());
            }

            @Override
            public void left(UserId user) {
                told.add("left " + user.value());
            }
        });
        return told;
    }

    @Test
    void endsTheConnectionsOfASessionThatHasLostItsSlotAndNoOthers() {
        Peer laptop = node.connect("alice", "laptop");
        Peer tab = node.connect("alice", "laptop");
        Peer phone = node.connect("alice", "phone");

        factory.endSession(TestNode.context("alice", "laptop").key());
        factory.endSession(TestNode.context("bob", "laptop").key());

        assertThat(laptop.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(tab.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(phone.connected()).isTrue();
    }

    @Test
    void passesAnOrderOnToItsCarrierAndToNobodyWithoutOne() {
        DisconnectOrder order = DisconnectOrder.all(TestNode.user("alice"), Disconnect.FORCE_NO_RECONNECT);
        List<DisconnectOrder> carried = new ArrayList<>();
        factory.passOn(order);

        factory.carryOrders(carried::add);
        factory.passOn(order);

        assertThat(carried).containsExactly(order);
    }

    @Test
    void countsTheBytesThatWaitForStalledReadersOnly() {
        Peer stalled = node.connect("alice", "s");
        Peer quick = node.connect("bob", "s");
        quick.connection().send(Frame.of("not written yet"));
        stalled.wire().mode(FakeTransport.Mode.HELD);
        stalled.connection().send(Frame.of("under way"));
        stalled.connection().drain();
        assertThat(factory.stalledBytes()).isZero();

        stalled.connection().send(Frame.of("waits"));

        assertThat(factory.stalledBytes()).isEqualTo(5);
        stalled.wire().complete();
        assertThat(factory.stalledBytes()).isZero();
    }

    @Test
    void aNodeThatIsAloneGrantsEachSlotAtOnceAndKeepsIt() {
        ManagerKey key = TestNode.context("alice", "s").key();
        ConnectionId connection = ConnectionId.random();
        List<SlotClaim> answers = new ArrayList<>();

        Slots.ALONE.claim(key, connection, answers::add);

        assertThat(answers).containsExactly(SlotClaim.GRANTED);
        assertThat(Slots.ALONE.holds(key, connection)).isTrue();
    }
}
