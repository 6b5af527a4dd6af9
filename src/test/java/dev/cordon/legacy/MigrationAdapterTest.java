package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.endpoint.FakeSession;
import dev.cordon.legacy.Divergence.Cause;
import dev.cordon.legacy.MigrationReport.Call;
import dev.cordon.legacy.MigrationReport.Path;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.upkeep.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MigrationAdapterTest extends LegacyManagerContract {
    private final TestNode node = new TestNode();
    private final SingletonWebSocketManager singleton = new SingletonWebSocketManager(Duration.ofMillis(300));
    private volatile MigrationSettings settings = new MigrationSettings(100, false);
    private final MigrationAdapter adapter = adapter(singleton);

    private MigrationAdapter adapter(SingletonWebSocketManager over) {
        return new MigrationAdapter(
                over, node.factory, node.publisher, () -> settings, new MigrationCounters(), node.time, node.time);
    }

    /** An adapter over an application's own singleton. */
    private MigrationAdapter over(LegacyManager own) {
        return MigrationAdapter.over(
                own, node.factory, node.publisher, () -> settings, new MigrationCounters(), node.time, node.time);
    }

    /** The number of messages that the log has for a user. */
    private long logged(UserId user) {
        return node.log.top(Channel.personal(user)).offset();
    }

    /** A share at which alice has moved and bob has not. */
    private static int between() {
        int alice = Cohort.of(ALICE);
        assertThat(alice).isLessThan(Cohort.of(BOB));
        return alice + 1;
    }

    private void share(int share) {
        settings = new MigrationSettings(share, settings.shadow());
    }

    @Override
    LegacyManager manager() {
        return adapter;
    }

    @Test
    @DisplayName("F02 the adapter's disconnect goes through the factory's own release")
    void releasesThroughTheFactory() {
        ConnectionId handle =
                adapter.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        assertThat(node.factory.stats().managers()).isEqualTo(1);

        adapter.disconnect(handle);

        assertThat(node.tables().values()).containsOnly(0);
        assertThat(node.counters.managersReleased.sum()).isEqualTo(1);
        assertThat(node.counters.closes()).containsEntry(3000, 1L);
    }

    @Test
    @DisplayName("F10 a connection that ends by itself leaves no handle behind")
    void forgetsWhatEndsByItself() {
        adapter.connect(ALICE, SESSION, new FakeTransport());

        node.advance(Duration.ofSeconds(25));
        node.advance(Duration.ofSeconds(9));

        assertThat(adapter.connections()).isZero();
    }

    @Test
    void staysAliveByItsInboundFrames() {
        ConnectionId handle =
                adapter.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();

        for (int minute = 0; minute < 240; minute++) {
            node.advance(Duration.ofSeconds(25));
            adapter.heard(handle);
        }

        assertThat(adapter.connections()).isEqualTo(1);
    }

    @Test
    @DisplayName("F48 the factory's limits hold on this way in too")
    void holdsTheLimits() {
        for (int i = 0; i < 5; i++) {
            adapter.connect(ALICE, new SessionId("s" + i), new FakeTransport());
        }
        FakeTransport sixth = new FakeTransport();

        assertThat(adapter.connect(ALICE, new SessionId("s5"), sixth)).isEmpty();

        assertThat(sixth.closedWith()).contains(Disconnect.CONNECTION_LIMIT);
        assertThat(adapter.connections()).isEqualTo(5);
    }

    @Test
    void closesWhatANodeThatStopsDoesNotTake() {
        node.factory.stopAccepting();
        FakeTransport wire = new FakeTransport();

        assertThat(adapter.connect(ALICE, SESSION, wire)).isEmpty();

        assertThat(wire.closedWith()).contains(Disconnect.SHUTDOWN);
    }

    @Test
    @DisplayName("F44 the report counts each call by the path that it took")
    void countsCallsByPath() {
        share(between());
        ConnectionId alices =
                adapter.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        ConnectionId bobs = adapter.connect(BOB, SESSION, new FakeTransport()).orElseThrow();
        adapter.send(ALICE, payload("{}"));
        adapter.send(ALICE, payload("{}"));
        adapter.send(BOB, payload("{}"));
        adapter.disconnect(alices);
        adapter.disconnect(bobs);

        MigrationReport report = adapter.report();

        assertThat(report.calls(Path.FACTORY, Call.CONNECT)).isEqualTo(1);
        assertThat(report.calls(Path.FACTORY, Call.SEND)).isEqualTo(2);
        assertThat(report.calls(Path.FACTORY, Call.DISCONNECT)).isEqualTo(1);
        assertThat(report.calls(Path.LEGACY, Call.CONNECT)).isEqualTo(1);
        assertThat(report.calls(Path.LEGACY, Call.SEND)).isEqualTo(1);
        assertThat(report.calls(Path.LEGACY, Call.DISCONNECT)).isEqualTo(1);
        assertThat(report.legacyShare()).isEqualTo(3.0 / 7);
        assertThat(singleton.connections()).isZero();
    }

    @Test
    @DisplayName("F44 with everybody migrated nothing stays on the old path")
    void leavesNothingOnTheOldPath() {
        assertThat(adapter.report().legacyShare()).isZero();
        ConnectionId handle =
                adapter.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        adapter.send(ALICE, payload("{}"));
        adapter.sendToUser("alice", "{}");
        adapter.sendToConnection(handle.value(), "{}");
        adapter.broadcastExcept("{}", "bob");
        adapter.connections("alice");
        adapter.stats();
        adapter.disconnect(handle);
        adapter.disconnect(handle);

        assertThat(adapter.report().calls(Path.LEGACY)).isZero();
        assertThat(adapter.report().calls(Path.BOTH)).isZero();
        assertThat(adapter.report().legacyShare()).isZero();
        assertThat(adapter.status().legacyConnections()).isZero();
    }

    @Test
    @DisplayName("F03 a user who migrates while connected is disconnected the way the connection came")
    void disconnectsTheWayItCame() {
        share(0);
        FakeTransport old = new FakeTransport();
        ConnectionId handle = adapter.connect(ALICE, SESSION, old).orElseThrow();
        share(100);

        adapter.disconnect(handle);

        assertThat(old.closes()).isEqualTo(1);
        assertThat(adapter.connections()).isZero();
        assertThat(adapter.status().legacyConnections()).isZero();
    }

    @Test
    void forgetsAConnectionThatTheSingletonEnds() {
        share(0);
        adapter.connect(ALICE, SESSION, new FakeTransport().mode(FakeTransport.Mode.FAILING));

        adapter.send(ALICE, payload("1"));
        share(100);
        adapter.send(ALICE, payload("2"));

        assertThat(adapter.status().legacyConnections()).isZero();
        assertThat(adapter.connections("alice")).isEmpty();
        assertThat(adapter.report().calls(Path.BOTH)).isZero();
    }

    @Test
    void anOpenConnectionStaysWithItsManagerWhenTheShareChanges() {
        share(0);
        FakeTransport first = new FakeTransport();
        adapter.connect(ALICE, SESSION, first);
        share(100);
        FakeTransport second = new FakeTransport();
        adapter.connect(ALICE, SESSION, second);

        assertThat(adapter.send(ALICE, payload("1"))).isEqualTo(2);
        share(0);
        assertThat(adapter.send(ALICE, payload("2"))).isEqualTo(2);

        assertThat(payloads(first)).containsExactly("1", "2");
        assertThat(payloads(second)).containsExactly("1", "2");
        assertThat(singleton.connections()).isEqualTo(1);
        assertThat(adapter.report().calls(Path.BOTH, Call.SEND)).isEqualTo(2);
        assertThat(adapter.status().legacyConnections()).isEqualTo(1);
        assertThat(adapter.status().factoryConnections()).isEqualTo(1);
        assertThat(adapter.connections("alice")).hasSize(2);
        assertThat(adapter.stats()).isEqualTo(new MigrationStats(1, 2));
    }

    /** Each connection gets all that was sent since it was opened, in order and once, whatever the share does. */
    @Test
    void losesAndRepeatsNothingWhileTheShareChanges() throws InterruptedException {
        int users = 16;
        int messages = 300;
        AtomicBoolean over = new AtomicBoolean();
        Random shares = new Random(7);
        Thread operator = new Thread(() -> {
            while (!over.get()) {
                share(shares.nextInt(101));
                Thread.onSpinWait();
            }
        });
        operator.start();
        List<List<FakeTransport>> wires = new ArrayList<>();
        IntStream.range(0, users).forEach(i -> wires.add(new ArrayList<>()));
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            UserId user = new UserId("user-" + i);
            List<FakeTransport> of = wires.get(i);
            senders.add(new Thread(() -> {
                for (int n = 0; n < messages; n++) {
                    if (n % 50 == 0) {
                        of.add(new FakeTransport());
                        adapter.connect(user, SESSION, of.get(of.size() - 1));
                    }
                    adapter.send(user, payload(Integer.toString(n)));
                }
            }));
        }
        senders.forEach(Thread::start);
        for (Thread sender : senders) {
            sender.join();
        }
        over.set(true);
        operator.join();

        for (List<FakeTransport> of : wires) {
            for (int opened = 0; opened < of.size(); opened++) {
                assertThat(payloads(of.get(opened)))
                        .isEqualTo(IntStream.range(50 * opened, messages)
                                .mapToObj(Integer::toString)
                                .toList());
            }
        }
        assertThat(adapter.report().calls(Path.BOTH)).isPositive();
    }

    @Test
    void reachesPagesThatSpeakCordonsProtocolToo() {
        share(0);
        Peer page = node.connect("alice", "page");
        FakeTransport old = new FakeTransport();
        adapter.connect(ALICE, SESSION, old);

        assertThat(adapter.sendToUser("alice", "{\"n\":1}")).isEqualTo(2);

        assertThat(page.wire().offsets()).hasSize(1);
        assertThat(payloads(old)).hasSize(1);
        assertThat(adapter.connections("alice")).contains(page.connection().id().value());
    }

    @Test
    void anErrorOfOneManagerDoesNotKeepTheMessageFromTheOther() {
        for (int share : new int[] {0, 100}) {
            MigrationAdapter over = over(new FaultySingleton(FaultySingleton.Fault.LEAKS, 1));
            share(0);
            over.connect(ALICE, SESSION, new FakeTransport());
            share(100);
            FakeTransport moved = new FakeTransport();
            over.connect(ALICE, SESSION, moved);
            share(share);

            assertThatThrownBy(() -> over.send(ALICE, payload("1"))).hasMessage("No value present");

            assertThat(payloads(moved)).as("share %d", share).containsExactly("1");
        }
    }

    @Test
    void anErrorOfTheSingletonKeepsTheMessageOfAUserWhoHasMovedInTheLog() {
        MigrationAdapter over = over(new FaultySingleton(FaultySingleton.Fault.LEAKS, 1));
        share(0);
        over.connect(ALICE, SESSION, new FakeTransport());
        share(100);

        assertThatThrownBy(() -> over.send(ALICE, payload("1"))).hasMessage("No value present");

        assertThat(logged(ALICE)).isEqualTo(1);
    }

    @Test
    void anErrorOfTheSingletonPutsNothingIntoTheLogForAUserWhoHasNotMoved() {
        MigrationAdapter over = over(new FaultySingleton(FaultySingleton.Fault.LEAKS, 1));
        share(0);
        over.connect(ALICE, SESSION, new FakeTransport());

        assertThatThrownBy(() -> over.send(ALICE, payload("1"))).hasMessage("No value present");

        assertThat(logged(ALICE)).isZero();
    }

    @Test
    void theLogKeepsMessagesOfUsersWhoHaveMovedOnly() {
        share(between());

        assertThat(adapter.send(ALICE, payload("1"))).isZero();
        assertThat(adapter.send(BOB, payload("2"))).isZero();

        assertThat(logged(ALICE)).isEqualTo(1);
        assertThat(logged(BOB)).isZero();
    }

    @Test
    void broadcastsToAllUsersButSome() {
        share(between());
        FakeTransport alices = new FakeTransport();
        FakeTransport bobs = new FakeTransport();
        FakeTransport carols = new FakeTransport();
        adapter.connect(ALICE, SESSION, alices);
        adapter.connect(BOB, SESSION, bobs);
        adapter.connect(new UserId("carol"), SESSION, carols);

        assertThat(adapter.broadcastExcept("{\"n\":1}", "carol", "nobody")).isEqualTo(2);

        assertThat(payloads(alices)).containsExactly("{\"n\":1}");
        assertThat(payloads(bobs)).containsExactly("{\"n\":1}");
        assertThat(payloads(carols)).isEmpty();
        assertThat(adapter.report().calls(Path.BOTH, Call.BROADCAST)).isEqualTo(1);
        assertThat(adapter.stats()).isEqualTo(new MigrationStats(3, 3));
    }

    @Test
    @DisplayName("a broadcast reaches all users but those whose manager fails, and then throws")
    void broadcastsBehindAFailure() {
        share(between());
        adapter.connect(ALICE, SESSION, new FakeTransport());
        List<FakeTransport> old = new ArrayList<>();
        for (int i = 0; old.size() < 20; i++) {
            UserId user = new UserId("user-" + i);
            if (Cohort.of(user) >= between()) {
                old.add(new FakeTransport());
                adapter.connect(user, SESSION, old.get(old.size() - 1));
            }
        }
        // A log in memory takes nothing from then on, so a user who has moved gets nothing.
        node.factory.stopAccepting();

        assertThatThrownBy(() -> adapter.broadcastExcept("1")).isInstanceOf(LogUnavailableException.class);

        assertThat(old).allSatisfy(wire -> assertThat(payloads(wire)).containsExactly("1"));
    }

    @Test
    @DisplayName("a shadow is no connection: not for sendToUser either, when its user has moved meanwhile")
    void countsNoShadows() {
        settings = new MigrationSettings(0, true);
        FakeTransport wire = new FakeTransport();
        adapter.connect(ALICE, SESSION, wire);
        share(100);

        assertThat(adapter.sendToUser("alice", "1")).isEqualTo(1);

        assertThat(payloads(wire)).containsExactly("1");
    }

    @Test
    void takesTextThatIsOneJsonValueOnly() {
        for (String text : List.of("", "{", "1,\"x\":2", "{}{}", "hello")) {
            assertThatThrownBy(() -> adapter.sendToUser("alice", text)).isInstanceOf(InvalidJsonException.class);
        }
    }

    @Test
    void servesTheSessionsOfAnApplicationsOwnEndpoint() {
        for (int share : new int[] {0, 100}) {
            share(share);
            FakeSession session = new FakeSession().sends();
            String handle = adapter.connect("alice", session.session).orElseThrow();

            adapter.sendToUser("alice", "{\"n\":1}");
            adapter.sendToConnection(handle, "{\"n\":2}");
            adapter.disconnect(session.session);
            adapter.sendToUser("alice", "{\"n\":3}");

            assertThat(session.texts).as("share %d", share).containsExactly("{\"n\":1}", "{\"n\":2}");
            assertThat(session.closes).hasSize(1);
            assertThat(adapter.connections()).isZero();
        }
    }

    @Test
    void pingsTheSessionsThatTheFactoryServes() {
        FakeSession silent = new FakeSession().sends();
        FakeSession alive = new FakeSession().sends().answers();
        adapter.connect("alice", silent.session);
        adapter.connect("alice", alive.session);

        for (int i = 0; i < 4; i++) {
            node.advance(Duration.ofSeconds(25));
            node.advance(Duration.ofSeconds(9));
        }

        assertThat(silent.closes).hasSize(1);
        assertThat(alive.closes).isEmpty();
        assertThat(alive.pings).isGreaterThan(3);
    }

    @Test
    void comparesInShadowModeAndServesTheClientOnce() {
        settings = new MigrationSettings(0, true);
        FakeTransport wire = new FakeTransport();
        ConnectionId handle = adapter.connect(ALICE, SESSION, wire).orElseThrow();
        adapter.sendToUser("alice", "{\"n\":1}");
        adapter.sendToConnection(handle.value(), "{\"n\":2}");
        adapter.broadcastExcept("{\"n\":3}");

        MigrationStatus status = adapter.status();

        assertThat(payloads(wire)).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
        assertThat(status.compared().equal()).isTrue();
        assertThat(status.compared().messages()).isEqualTo(3);
        assertThat(status.legacyConnections()).isEqualTo(1);
        assertThat(status.factoryConnections()).isZero();
        assertThat(adapter.connections("alice")).containsExactly(handle.value());
        assertThat(adapter.stats()).isEqualTo(new MigrationStats(1, 1));
        assertThat(adapter.report().calls(Path.LEGACY)).isEqualTo(6);
    }

    @Test
    void aComparedConnectionStaysComparedWhenItsUserMoves() {
        settings = new MigrationSettings(0, true);
        FakeTransport old = new FakeTransport();
        adapter.connect(ALICE, SESSION, old);
        settings = new MigrationSettings(100, false);
        FakeTransport moved = new FakeTransport();
        adapter.connect(ALICE, SESSION, moved);

        adapter.send(ALICE, payload("1"));
        singleton.send(ALICE, payload("2"));

        assertThat(payloads(old)).containsExactly("1", "2");
        assertThat(payloads(moved)).containsExactly("1");
        assertThat(adapter.status().compared().causes()).isEqualTo(Map.of(Cause.UNASKED, 1L));
    }

    @Test
    void listsWhereTheApplicationCallsIt() {
        LogLines.of(CallSites.class, () -> {
            for (int i = 0; i < 3; i++) {
                adapter.sendToUser("alice", "{}");
            }
            adapter.stats();
        });

        assertThat(adapter.status().sites())
                .extracting(CallSite::call, CallSite::calls)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(Call.SEND, 3L),
                        org.assertj.core.api.Assertions.tuple(Call.STATS, 1L));
        assertThat(adapter.status().sites().get(0).where()).contains("MigrationAdapterTest.java:");
    }

    @Test
    void listsEachWayInWhichTheApplicationCallsIt() {
        FakeSession session = new FakeSession().sends();
        LogLines.of(CallSites.class, () -> {
            String alices = adapter.connect("alice", session.session).orElseThrow();
            ConnectionId bobs =
                    adapter.connect(BOB, SESSION, new FakeTransport()).orElseThrow();
            adapter.sendToUser("alice", "1");
            adapter.send(BOB, payload("1"));
            adapter.sendToConnection(alices, "2");
            adapter.send(bobs, payload("2"));
            adapter.broadcastExcept("3");
            adapter.connections("alice");
            adapter.stats();
            adapter.disconnect(session.session);
            adapter.disconnect(alices);
            adapter.disconnect(bobs);
        });

        assertThat(adapter.status().sites())
                .extracting(CallSite::call)
                .containsExactlyInAnyOrder(
                        Call.CONNECT,
                        Call.CONNECT,
                        Call.SEND,
                        Call.SEND,
                        Call.SEND_TO_CONNECTION,
                        Call.SEND_TO_CONNECTION,
                        Call.BROADCAST,
                        Call.CONNECTIONS,
                        Call.STATS,
                        Call.DISCONNECT,
                        Call.DISCONNECT,
                        Call.DISCONNECT);
    }

    @Test
    void sendsToAConnectionByItsHandleUntilTheHandleEndsIt() {
        for (int share : new int[] {0, 100}) {
            share(share);
            FakeTransport wire = new FakeTransport();
            String handle = adapter.connect(ALICE, SESSION, wire).orElseThrow().value();

            assertThat(adapter.sendToConnection(handle, "1")).isTrue();
            adapter.disconnect(handle);

            assertThat(wire.closedWith()).as("share %d", share).contains(Disconnect.NORMAL);
            assertThat(adapter.sendToConnection(handle, "2")).isFalse();
            assertThat(payloads(wire)).containsExactly("1");
        }
    }

    @Test
    void aCallThatConcernsNobodyIsTheFactorysOnceAnybodyMayHaveMoved() {
        share(0);
        adapter.broadcastExcept("1");
        adapter.stats();
        assertThat(adapter.report().calls(Path.LEGACY)).isEqualTo(2);

        share(1);
        adapter.broadcastExcept("1");
        adapter.stats();

        assertThat(adapter.report().calls(Path.LEGACY)).isEqualTo(2);
        assertThat(adapter.report().calls(Path.FACTORY)).isEqualTo(2);
    }

    @Test
    void theNumbersAreOfTheManagersThatHaveConnections() {
        adapter.connect(ALICE, SESSION, new FakeTransport());
        share(0);
        adapter.stats();
        assertThat(adapter.report().calls(Path.FACTORY, Call.STATS)).isEqualTo(1);

        adapter.connect(BOB, SESSION, new FakeTransport());
        adapter.stats();

        assertThat(adapter.report().calls(Path.BOTH, Call.STATS)).isEqualTo(1);
    }

    @Test
    void aUserWhoIsStillConnectingIsNotCounted() {
        SilentManager own = new SilentManager();
        MigrationAdapter over = over(own);
        share(0);
        List<MigrationStats> meanwhile = new ArrayList<>();
        own.whileConnecting = () -> meanwhile.add(over.stats());

        over.connect(ALICE, SESSION, new FakeTransport());

        assertThat(meanwhile).containsExactly(new MigrationStats(0, 0));
        assertThat(over.stats()).isEqualTo(new MigrationStats(1, 1));
    }

    @Test
    void forgetsAConnectionThatTheSingletonDoesNotTake() {
        MigrationAdapter over = over(new SilentManager().refuses());
        share(0);
        assertThat(over.connect(ALICE, SESSION, new FakeTransport())).isEmpty();
        share(100);

        over.send(ALICE, payload("1"));

        assertThat(over.report().calls(Path.FACTORY, Call.SEND)).isEqualTo(1);
    }

    @Test
    void forgetsAConnectionThatTheSingletonFailsToTake() {
        SilentManager failing = new SilentManager();
        failing.whileConnecting = () -> {
            throw new IllegalStateException("broken");
        };
        MigrationAdapter over = over(failing);
        share(0);
        assertThatThrownBy(() -> over.connect(ALICE, SESSION, new FakeTransport()))
                .hasMessage("broken");
        share(100);

        over.send(ALICE, payload("1"));

        assertThat(over.report().calls(Path.FACTORY, Call.SEND)).isEqualTo(1);
    }

    @Test
    void forgetsAConnectionThatTheSingletonEndsWithoutClosingIt() {
        MigrationAdapter over = over(new SilentManager());
        share(0);
        ConnectionId handle = over.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();

        over.disconnect(handle);

        assertThat(over.connections("alice")).isEmpty();
        assertThat(over.status().legacyConnections()).isZero();
    }

    @Test
    void listsAllConnectionsOfAUserThatTheSingletonServes() {
        share(0);
        ConnectionId one = adapter.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        ConnectionId two = adapter.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();

        assertThat(adapter.connections("alice")).containsExactlyInAnyOrder(one.value(), two.value());
    }

    @Test
    void passesASignOfLifeToTheManagerOfTheConnection() {
        SilentManager own = new SilentManager();
        MigrationAdapter over = over(own);
        share(between());
        ConnectionId moved = over.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        ConnectionId old = over.connect(BOB, SESSION, new FakeTransport()).orElseThrow();

        over.heard(moved);
        over.heard(old);

        assertThat(own.heard).containsExactly(old);
    }

    @Test
    void aLeakIsNamedEvenIfNobodyWasComparedWhenTheMessageWasSent() {
        settings = new MigrationSettings(0, true);
        adapter.send(ALICE, payload("\"for alice\""));
        adapter.connect(BOB, SESSION, new FakeTransport());

        singleton.send(BOB, payload("\"for alice\""));

        assertThat(adapter.status().compared().causes()).isEqualTo(Map.of(Cause.LEAKED, 1L));
    }

    @Test
    void anErrorOfTheShadowDoesNotReachTheSender() {
        settings = new MigrationSettings(0, true);
        FakeTransport wire = new FakeTransport();
        adapter.connect(ALICE, SESSION, wire);
        node.factory.stopAccepting();

        List<LogRecord> lines = LogLines.withDetails(
                MigrationAdapter.class,
                () -> assertThat(adapter.send(ALICE, payload("1"))).isEqualTo(1));

        assertThat(payloads(wire)).containsExactly("1");
        assertThat(lines).extracting(LogRecord::getMessage).containsExactly("A message did not reach the shadow: {0}");
    }

    @Test
    void anEndpointThatHearsPongsItselfReportsThem() {
        FakeSession session = new FakeSession().sends().takesNoHandler();
        List<String> handles = new ArrayList<>();

        List<LogRecord> lines = LogLines.withDetails(
                SessionWire.class,
                () -> adapter.connect("alice", session.session).ifPresent(handles::add));
        for (int i = 0; i < 4; i++) {
            node.advance(Duration.ofSeconds(25));
            adapter.heard(new ConnectionId(handles.get(0)));
            node.advance(Duration.ofSeconds(9));
        }

        assertThat(session.closes).isEmpty();
        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly("The endpoint hears pongs itself, so it must call MigrationAdapter.heard: {0}");
    }

    @Test
    void endsASessionThatCannotBePinged() {
        FakeSession session = new FakeSession().sends().answers();
        adapter.connect("alice", session.session);
        session.loses();

        List<LogRecord> lines = LogLines.withDetails(SessionWire.class, () -> {
            node.advance(Duration.ofSeconds(25));
            node.advance(Duration.ofSeconds(9));
        });

        assertThat(adapter.connections()).isZero();
        assertThat(lines).extracting(LogRecord::getMessage).containsExactly("A ping could not be sent: {0}");
    }

    @Test
    void isReachedWithoutInjectionWhileTheApplicationRuns() {
        MigrationAdapter.started(() -> adapter);
        assertThat(MigrationAdapter.instance()).isSameAs(adapter);

        MigrationAdapter.stopped();

        assertThatThrownBy(MigrationAdapter::instance)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cordon has not started, or has stopped: call MigrationAdapter.instance() in between, or"
                        + " inject MigrationAdapter");
    }
}
