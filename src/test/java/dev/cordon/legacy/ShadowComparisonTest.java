package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ShadowComparisonTest extends LegacyManagerContract {
    private final TestNode node = new TestNode();
    private final SingletonWebSocketManager singleton = new SingletonWebSocketManager(Duration.ofMillis(300));
    private final MigrationAdapter adapter =
            new MigrationAdapter(singleton, node.factory, node.publisher, user -> true);
    private final ShadowComparison comparison = new ShadowComparison(singleton, adapter);

    @Override
    LegacyManager manager() {
        return comparison;
    }

    @Test
    void findsBothEqual() {
        ConnectionId one =
                comparison.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        comparison.connect(BOB, SESSION, new FakeTransport());
        for (int i = 0; i < 10; i++) {
            comparison.send(ALICE, payload("{\"n\":" + i + ",\"data\":\"}}}\"}"));
            comparison.send(BOB, payload("[" + i + "]"));
        }
        comparison.disconnect(one);

        ShadowComparison.Result result = comparison.result();

        assertThat(result.equal()).isTrue();
        assertThat(result.connections()).isEqualTo(2);
        assertThat(result.messages()).isEqualTo(20);
    }

    @Test
    void servesTheClientFromTheFirstAlone() {
        FakeTransport wire = new FakeTransport();
        comparison.connect(ALICE, SESSION, wire);

        comparison.send(ALICE, payload("{}"));

        assertThat(payloads(wire)).hasSize(1);
        assertThat(node.factory.stats().connections()).isEqualTo(1);
    }

    @Test
    void namesWhoReceivedSomethingElse() {
        comparison.connect(ALICE, SESSION, new FakeTransport());
        comparison.connect(BOB, SESSION, new FakeTransport());
        comparison.send(ALICE, payload("{}"));
        singleton.send(BOB, payload("{\"only\":\"old\"}"));

        ShadowComparison.Result result = comparison.result();

        assertThat(result.equal()).isFalse();
        assertThat(result.differing()).isEqualTo(1);
        assertThat(result.users()).containsExactly("bob");
    }

    @Test
    void tellsAnotherOrderFromAnotherMessage() {
        comparison.connect(ALICE, SESSION, new FakeTransport());
        singleton.send(ALICE, payload("1"));
        comparison.send(ALICE, payload("2"));
        adapter.send(ALICE, payload("1"));

        ShadowComparison.Result result = comparison.result();

        assertThat(result.reordered()).isEqualTo(1);
        assertThat(result.differing()).isZero();
    }

    @Test
    void countsAConnectionThatOnlyOneTook() {
        for (int i = 0; i < 6; i++) {
            comparison.connect(ALICE, new SessionId("s" + i), new FakeTransport());
        }

        assertThat(comparison.result().differing()).isEqualTo(1);
        assertThat(comparison.result().connections()).isEqualTo(6);
    }

    @Test
    void keepsTheShadowAliveWithTheClient() {
        ConnectionId handle =
                comparison.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        for (int i = 0; i < 10; i++) {
            node.advance(Duration.ofSeconds(25));
            comparison.heard(handle);
        }

        assertThat(node.factory.stats().connections()).isEqualTo(1);
    }

    @Test
    void leavesNoShadowBehind() {
        Optional<ConnectionId> handle = comparison.connect(ALICE, SESSION, new FakeTransport());

        comparison.disconnect(handle.orElseThrow());

        assertThat(node.factory.stats().connections()).isZero();
        assertThat(comparison.result().connections()).isEqualTo(1);
    }

    @Property(tries = 200)
    void readsThePayloadOutOfAnyPush(@ForAll String owner, @ForAll String text) {
        String user = "u" + owner.replaceAll("[\\p{Cc}\\uD800-\\uDFFF]", "");
        UserId id = new UserId(user.substring(0, Math.min(40, user.length())));
        String json = "\"" + text.replaceAll("[\"\\\\\\p{Cc}\\uD800-\\uDFFF]", "") + "\"";
        FakeTransport wire = new FakeTransport();
        SingletonWebSocketManager manager = new SingletonWebSocketManager(Duration.ofSeconds(1));
        manager.connect(id, SESSION, wire);
        manager.send(id, Payload.json(json));

        Received read = Received.NOTHING.plus(wire.frames().get(0));

        assertThat(read).isEqualTo(Received.NOTHING.plus(Frame.of("{\"push\":{,\"data\":" + json + "}}}")));
        assertThat(read.messages()).isEqualTo(1);
    }
}
