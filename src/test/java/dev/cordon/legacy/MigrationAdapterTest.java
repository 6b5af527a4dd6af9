package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.legacy.MigrationReport.Call;
import dev.cordon.legacy.MigrationReport.Path;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MigrationAdapterTest extends LegacyManagerContract {
    private final TestNode node = new TestNode();
    private final SingletonWebSocketManager singleton = new SingletonWebSocketManager(Duration.ofMillis(300));
    private final Set<UserId> held = ConcurrentHashMap.newKeySet();
    private final MigrationAdapter adapter =
            new MigrationAdapter(singleton, node.factory, node.publisher, user -> !held.contains(user));

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
        held.add(BOB);
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
        adapter.connect(ALICE, SESSION, new FakeTransport());
        adapter.send(ALICE, payload("{}"));

        assertThat(adapter.report().calls(Path.LEGACY)).isZero();
        assertThat(adapter.report().legacyShare()).isZero();
    }

    @Test
    @DisplayName("F03 a user who migrates while connected is disconnected the way the connection came")
    void disconnectsTheWayItCame() {
        held.add(ALICE);
        FakeTransport old = new FakeTransport();
        ConnectionId handle = adapter.connect(ALICE, SESSION, old).orElseThrow();
        held.clear();

        adapter.disconnect(handle);

        assertThat(old.closes()).isEqualTo(1);
        assertThat(adapter.connections()).isZero();
    }
}
