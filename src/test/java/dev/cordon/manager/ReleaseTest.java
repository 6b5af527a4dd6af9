package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import java.lang.ref.WeakReference;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseTest {
    private static final Map<String, Integer> EMPTY =
            Map.of("users", 0, "connections", 0, "sockets", 0, "waiting", 0, "probesOfOthers", 0);

    private final TestNode node = new TestNode();

    /** Every way in which a connection can end. */
    private enum Ending {
        CLIENT_LEAVES,
        TRANSPORT_FAILS,
        TRANSPORT_THROWS,
        CLOSE_THROWS,
        NO_PONG,
        TOKEN_EXPIRES,
        STALLED_WRITE,
        QUEUE_FULL,
        DRAINED,
        DISCONNECTED_BY_USER,
        NEVER_CONNECTED,
        OPEN_FAILS
    }

    private void end(Peer peer, Ending how) {
        switch (how) {
            case CLIENT_LEAVES -> peer.leave();
            case TRANSPORT_FAILS -> {
                peer.wire().mode(FakeTransport.Mode.FAILING);
                node.publish("alice");
            }
            case TRANSPORT_THROWS -> {
                peer.wire().mode(FakeTransport.Mode.THROWING);
                node.publish("alice");
            }
            case CLOSE_THROWS -> {
                peer.wire().whileClosing(() -> {
                    throw new IllegalStateException("socket is gone");
                });
                peer.leave();
            }
            case NO_PONG -> {
                node.advance(Duration.ofSeconds(25));
                node.advance(Duration.ofSeconds(9));
            }
            case TOKEN_EXPIRES -> node.advance(Duration.ofDays(2));
            case STALLED_WRITE -> {
                peer.wire().mode(FakeTransport.Mode.HELD);
                node.publish("alice");
                node.advance(Duration.ofSeconds(11));
            }
            case QUEUE_FULL -> {
                peer.wire().mode(FakeTransport.Mode.HELD);
                for (int i = 0; i < 1_100; i++) {
                    node.publish("alice");
                }
            }
            case DRAINED -> peer.connection().drainAndClose(Disconnect.SHUTDOWN);
            case DISCONNECTED_BY_USER ->
                node.factory.disconnectHere(
                        DisconnectOrder.all(TestNode.user("alice"), Disconnect.FORCE_NO_RECONNECT), Duration.ZERO);
            case NEVER_CONNECTED, OPEN_FAILS -> throw new IllegalArgumentException();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 1_000})
    @DisplayName("F01 any number of connects and disconnects never reaches the limit")
    void connectsAndDisconnectsNeverReachTheLimit(int cycles) {
        for (int i = 0; i < cycles; i++) {
            Peer peer = node.connect("alice", "session-" + i);
            assertThat(peer.connected()).isTrue();
            peer.leave();
        }

        assertThat(node.counters.limitHits.sum()).isZero();
        assertThat(node.counters.managersReleased.sum()).isEqualTo(cycles);
        assertThat(node.tables()).containsExactlyInAnyOrderEntriesOf(EMPTY);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NEVER_CONNECTED", "OPEN_FAILS"})
    @DisplayName("F01 the last connection releases its manager at once, on every path")
    void releasesTheManagerHoweverItsLastConnectionEnds(Ending how) {
        for (int i = 0; i < 6; i++) {
            Peer peer = node.connect("alice", "session-" + i);
            assertThat(peer.connected()).isTrue();

            end(peer, how);

            assertThat(peer.state()).isEqualTo(Connection.State.CLOSED);
            assertThat(peer.wire().closes()).isEqualTo(1);
            assertThat(node.tables()).containsExactlyInAnyOrderEntriesOf(EMPTY);
        }
        assertThat(node.counters.limitHits.sum()).isZero();
    }

    @Test
    @DisplayName("F01 a socket that never connects is released at the deadline")
    void releasesASocketThatNeverConnects() {
        Peer peer = node.accept(new FakeTransport());

        node.advance(Duration.ofSeconds(5).plusMillis(1));

        assertThat(peer.wire().closedWith()).contains(Disconnect.STALE);
        assertThat(node.tables()).containsExactlyInAnyOrderEntriesOf(EMPTY);
    }

    @Test
    @DisplayName("F01 an open that fails releases the connection, is counted, and costs no place")
    void releasesAFailedOpen() {
        Counters counters = new Counters();
        boolean[] broken = {false};
        WebSocketManagerFactory factory = new WebSocketManagerFactory(
                () -> {
                    if (broken[0]) {
                        throw new IllegalStateException("settings are gone");
                    }
                    return Limits.DEFAULTS;
                },
                counters,
                new IsolationGuard(counters),
                node.time);
        FakeTransport wire = new FakeTransport();
        for (int i = 0; i < 6; i++) {
            Connection connection = factory.accept(wire).orElseThrow();
            broken[0] = true;
            assertThatThrownBy(() -> factory.open(connection, TestNode.context("alice", "s")))
                    .hasMessage("settings are gone");
            broken[0] = false;
        }

        assertThat(counters.failedCreations.sum()).isEqualTo(6);
        assertThat(wire.closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(factory.stats().connections()).isZero();
        assertThat(factory.stats().managers()).isZero();
    }

    @Test
    @DisplayName("F03 a connection that ends twice releases itself only, and no other of its session")
    void aConnectionThatEndsReleasesItselfOnly() {
        Peer first = node.connect("alice", "s");
        Peer second = node.connect("alice", "s");
        first.leave();
        first.leave();

        assertThat(node.factory.find(TestNode.context("alice", "s").key()))
                .get()
                .extracting(WebSocketManager::connections)
                .isEqualTo(List.of(second.connection()));
        assertThat(first.connection().id()).isNotEqualTo(second.connection().id());
    }

    @Test
    @DisplayName("F03 an old connection's end leaves the new manager of its session alone")
    void anOldConnectionLeavesTheNewManagerOfItsSessionAlone() {
        Peer old = node.connect("alice", "s");
        old.leave();
        Peer next = node.connect("alice", "s");

        old.leave();

        assertThat(next.connected()).isTrue();
        assertThat(node.factory.stats().managers()).isEqualTo(1);
    }

    @Test
    @DisplayName("F10 after any number of random cycles every table is empty")
    void leavesEveryTableEmptyAfterRandomCycles() {
        Random random = new Random(42);
        List<Ending> endings = Arrays.stream(Ending.values())
                .filter(e -> e != Ending.OPEN_FAILS && e != Ending.NEVER_CONNECTED && e != Ending.TOKEN_EXPIRES)
                .toList();
        for (int i = 0; i < 400; i++) {
            Peer peer = node.connect("alice", "s" + random.nextInt(3));
            if (random.nextInt(4) == 0) {
                node.accept(new FakeTransport());
            }
            if (peer.connected() && random.nextBoolean()) {
                end(peer, endings.get(random.nextInt(endings.size())));
            }
        }
        node.advance(Duration.ofSeconds(6));
        node.advance(Duration.ofDays(2));

        assertThat(node.tables()).containsExactlyInAnyOrderEntriesOf(EMPTY);
        assertThat(node.counters.managersCreated.sum()).isEqualTo(node.counters.managersReleased.sum());
        assertThat(node.factory.stats()).isEqualTo(new FactoryStats(0, 0, 0, 0, 0, 0));
    }

    @Test
    @DisplayName("F10 a released manager and its connections can be collected")
    void letsAReleasedManagerBeCollected() {
        WeakReference<Object> manager = openAndLeave();

        Awaitility.await().until(() -> {
            System.gc();
            return manager.get() == null;
        });
    }

    private WeakReference<Object> openAndLeave() {
        Peer peer = node.connect("alice", "s");
        WeakReference<Object> manager = new WeakReference<>(
                node.factory.find(TestNode.context("alice", "s").key()).orElseThrow());
        peer.leave();
        return manager;
    }

    @Test
    @DisplayName("F13 a context is an immutable record")
    void contextsAreImmutableRecords() {
        assertThat(UserContext.class).matches(Class::isRecord).matches(c -> Modifier.isFinal(c.getModifiers()));
        assertThat(ManagerKey.class).matches(Class::isRecord);
        assertThat(UserContext.class.getDeclaredFields())
                .filteredOn(f -> !Modifier.isStatic(f.getModifiers()))
                .allMatch(f -> Modifier.isFinal(f.getModifiers()));
    }

    @Test
    @DisplayName("F18 any thread creates, delivers and releases")
    void worksFromAnyThread() {
        List<Boolean> connected = Racing.threads(20, i -> {
            String user = "user-" + i % 10;
            Peer peer = node.connect(user, "s" + i);
            node.publish(user);
            boolean was = peer.connected();
            peer.leave();
            return was;
        });

        assertThat(connected).containsOnly(true);
        assertThat(node.tables()).containsExactlyInAnyOrderEntriesOf(EMPTY);
    }

    @Test
    @DisplayName("F17 delivering to a user whose connections come and go fails nowhere and leaves nothing")
    void deliversWhileConnectingAndReleasing() {
        Runnable comesAndGoes = () -> {
            for (int i = 0; i < 300; i++) {
                node.connect("alice", "s" + i % 3).leave();
            }
        };
        Runnable publishes = () -> {
            for (int i = 0; i < 300; i++) {
                node.publish("alice");
            }
        };

        Racing.run(comesAndGoes, publishes, comesAndGoes, publishes);
        node.advance(Duration.ofSeconds(3));
        node.factory.disconnectHere(DisconnectOrder.all(TestNode.user("alice"), Disconnect.SHUTDOWN), Duration.ZERO);

        assertThat(node.tables()).containsExactlyInAnyOrderEntriesOf(EMPTY);
        assertThat(node.counters.managersCreated.sum()).isEqualTo(node.counters.managersReleased.sum());
    }

    @Test
    @DisplayName("F17 an open that races with its socket's end leaves nothing behind, whichever comes first")
    void releasesAConnectionWhoseOpenRacesWithItsClose() {
        for (int i = 0; i < 200; i++) {
            Connection connection = node.accept(new FakeTransport()).connection();
            Racing.run(
                    () -> node.factory.open(connection, TestNode.context("alice", "s")),
                    () -> connection.close(Disconnect.NORMAL));
        }

        assertThat(node.tables()).containsExactlyInAnyOrderEntriesOf(EMPTY);
        assertThat(node.counters.managersCreated.sum()).isEqualTo(node.counters.managersReleased.sum());
    }

    @Test
    @DisplayName("F42 removing one tab leaves its siblings")
    void removingATabLeavesItsSiblings() {
        Peer one = node.connect("alice", "s");
        Peer two = node.connect("alice", "s");

        one.leave();
        node.publish("alice");

        assertThat(two.connected()).isTrue();
        assertThat(two.wire().offsets()).containsExactly(1L);
        assertThat(node.factory.stats().managers()).isEqualTo(1);
        assertThat(node.counters.managersReleased.sum()).isZero();
    }

    @Test
    @DisplayName("F42 a connection whose wire fails ends no sibling")
    void aConnectionWhoseWireFailsEndsAlone() {
        Peer broken = node.connect("alice", "s");
        Peer fine = node.connect("alice", "s");
        broken.wire().mode(FakeTransport.Mode.THROWING);

        node.publish("alice");
        node.publish("alice");

        assertThat(broken.connected()).isFalse();
        assertThat(fine.wire().offsets()).containsExactly(1L, 2L);
    }

    @Test
    void rejectsSocketsOnceItStops() {
        Peer open = node.connect("alice", "s");

        node.factory.stopAccepting();

        assertThat(node.factory.accept(new FakeTransport())).isEmpty();
        assertThat(node.factory.accepting()).isFalse();
        assertThat(open.connected()).isTrue();
        assertThat(node.counters.connectionsRejected.sum()).isEqualTo(1);
        assertThat(node.tables()).containsEntry("sockets", 1);
    }

    @Test
    void keepsNoOffHeapMemoryOnceItStops() {
        Peer stalled = node.connect("alice", "s", new FakeTransport().mode(FakeTransport.Mode.HELD));
        node.time.advance(Duration.ofSeconds(1));
        node.publish(TestNode.personal("alice"), "\"" + "x".repeat(OffHeapFrames.SMALLEST) + "\"");
        assertThat(node.factory.stalledQueues().offHeap().used()).isPositive();

        node.factory.stopAccepting();
        stalled.connection().close(Disconnect.SHUTDOWN);

        assertThat(node.factory.stalledQueues().offHeap().kept()).isZero();
    }

    @Test
    void reportsWhetherAnOpenCreatedTheManager() {
        Peer first = node.connect("alice", "s");
        Peer second = node.connect("alice", "s");

        assertThat(first.opened())
                .get()
                .extracting(o -> ((OpenResult.Opened) o).created())
                .isEqualTo(true);
        assertThat(second.opened())
                .get()
                .extracting(o -> ((OpenResult.Opened) o).created())
                .isEqualTo(false);
        assertThat(node.counters.managersCreated.sum()).isEqualTo(1);
        assertThat(node.counters.connects.sum()).isEqualTo(2);
    }

    @Test
    void listsManagersAndConnectionsOldestFirst() {
        for (int i = 0; i < 4; i++) {
            node.connect("alice", "s" + i);
        }
        Peer tab = node.connect("alice", "s0");

        assertThat(node.factory.managersOf(TestNode.user("alice")))
                .extracting(m -> m.key().session())
                .containsExactly(new SessionId("s0"), new SessionId("s1"), new SessionId("s2"), new SessionId("s3"));
        assertThat(node.factory.managersOf(TestNode.user("alice")).get(0).oldest())
                .get()
                .isNotEqualTo(tab.connection());
    }
}
