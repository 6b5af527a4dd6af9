package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.cordon.legacy.Divergence.By;
import dev.cordon.legacy.Divergence.Cause;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Racing;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.LogLines;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ShadowComparisonTest extends LegacyManagerContract {
    private final TestNode node = new TestNode();
    private final SingletonWebSocketManager singleton = new SingletonWebSocketManager(Duration.ofMillis(300));
    private final FactoryManager factory = new FactoryManager(node.factory, node.publisher);
    private final ShadowComparison comparison = new ShadowComparison(singleton, factory, node.time, node.time);

    private int lost;

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
        comparison.send(one, payload("\"to one\""));
        comparison.disconnect(one);

        ShadowComparison.Result result = comparison.result();

        assertThat(result.equal()).isTrue();
        assertThat(result.connections()).isEqualTo(2);
        assertThat(result.messages()).isEqualTo(21);
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
    void namesAMessageOfAnotherUser() {
        comparison.connect(ALICE, SESSION, new FakeTransport());
        comparison.connect(BOB, SESSION, new FakeTransport());
        comparison.send(ALICE, payload("\"for alice\""));

        singleton.send(BOB, payload("\"for alice\""));

        assertThat(comparison.result().divergences())
                .containsExactly(
                        new Divergence(BOB, By.SERVED, Cause.LEAKED, Optional.of(ALICE), 1, node.time.instant()));
    }

    @Test
    void namesWhatOnlyOneOfThemWrote() {
        comparison.connect(ALICE, SESSION, new FakeTransport());

        singleton.send(ALICE, payload("\"past the comparison\""));
        factory.send(ALICE, payload("\"published directly\""));

        assertThat(comparison.result().causes()).isEqualTo(Map.of(Cause.UNASKED, 2L));
        assertThat(comparison.result().divergences()).extracting(Divergence::by).containsExactly(By.SERVED, By.SHADOW);
    }

    @Test
    void namesAConnectionThatOnlyOneTook() {
        for (int i = 0; i < 6; i++) {
            comparison.connect(ALICE, new SessionId("s" + i), new FakeTransport());
        }
        comparison.send(ALICE, payload("{}"));

        ShadowComparison.Result result = comparison.result();

        assertThat(result.causes()).isEqualTo(Map.of(Cause.REFUSED, 1L));
        assertThat(result.connections()).isEqualTo(5);
        assertThat(comparison.connections()).isEqualTo(6);
    }

    @Test
    void aClientThatDoesNotReadIsLate() {
        FakeTransport wire = new FakeTransport().whileWriting(() -> node.time.advance(Duration.ofSeconds(2)));
        comparison.connect(ALICE, SESSION, wire);

        comparison.send(ALICE, payload("{}"));

        assertThat(comparison.result().divergences())
                .extracting(Divergence::by, Divergence::cause, Divergence::count)
                .containsExactly(tuple(By.SERVED, Cause.LATE, 1L));
    }

    @Test
    void keepsTheShadowAliveWithoutAClient() {
        comparison.connect(ALICE, SESSION, new FakeTransport());
        for (int i = 0; i < 10; i++) {
            node.advance(Duration.ofSeconds(25));
            node.advance(Duration.ofSeconds(9));
        }

        assertThat(node.factory.stats().connections()).isEqualTo(1);
    }

    @Test
    void leavesNoShadowBehind() {
        Optional<ConnectionId> handle = comparison.connect(ALICE, SESSION, new FakeTransport());
        FakeTransport failing = new FakeTransport();
        comparison.connect(ALICE, SESSION, failing);

        comparison.disconnect(handle.orElseThrow());
        failing.mode(FakeTransport.Mode.FAILING);
        comparison.send(ALICE, payload("{}"));

        assertThat(node.factory.stats().connections()).isZero();
        assertThat(comparison.active()).isFalse();
        assertThat(comparison.result().connections()).isEqualTo(2);
    }

    @Test
    void aShadowThatTheNodeEndsIsNotJudgedAnyMore() {
        comparison.connect(ALICE, SESSION, new FakeTransport());

        node.factory.connections().forEach(connection -> connection.close(Disconnect.SHUTDOWN));
        comparison.send(ALICE, payload("{}"));
        node.time.advance(Duration.ofSeconds(31));

        assertThat(comparison.result().equal()).isTrue();
    }

    @Test
    void anErrorOfTheShadowDoesNotReachTheClient() {
        LegacyManager failing = (LegacyManager) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {LegacyManager.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("no log");
                });
        ShadowComparison broken = new ShadowComparison(singleton, failing, node.time, node.time);
        FakeTransport wire = new FakeTransport();

        LogLines.of(ShadowComparison.class, () -> broken.connect(ALICE, SESSION, wire));
        singleton.send(ALICE, payload("{}"));

        assertThat(payloads(wire)).hasSize(1);
        assertThat(broken.result().causes()).isEqualTo(Map.of(Cause.REFUSED, 1L));
    }

    @Test
    void staysSilentWhileConnectsSendsAndDisconnectsRace() {
        Racing.threads(8, i -> {
            UserId user = new UserId("user" + i % 3);
            for (int n = 0; n < 200; n++) {
                ConnectionId handle = comparison
                        .connect(user, new SessionId("s"), new FakeTransport())
                        .orElseThrow();
                comparison.send(user, payload("{\"by\":" + i + ",\"n\":" + n + "}"));
                comparison.disconnect(handle);
            }
            return i;
        });

        ShadowComparison.Result result = comparison.result();
        assertThat(result.equal()).as("%s", result.divergences()).isTrue();
        assertThat(result.messages()).isPositive();
    }

    @Test
    void listsAtMostAHundredAndLogsEachOnce() {
        int lines = LogLines.of(Divergences.class, () -> {
                    for (int i = 0; i < 120; i++) {
                        UserId user = new UserId("user" + i);
                        comparison.connect(user, SESSION, new FakeTransport());
                        singleton.send(user, payload("1"));
                        singleton.send(user, payload("2"));
                    }
                })
                .size();

        ShadowComparison.Result result = comparison.result();
        assertThat(result.divergences()).hasSize(Divergences.MAX);
        assertThat(result.unlisted()).isEqualTo(40);
        assertThat(result.count(Cause.UNASKED)).isEqualTo(240);
        assertThat(lines).isEqualTo(Divergences.MAX);
    }

    @Test
    void whatDoesNotComeIsBounded() {
        ComparedStream stream = new ComparedStream(ALICE, new RecentSends(), true, (cause, from) -> lost++);
        for (int i = 0; i < ComparedStream.MAX_DUE + 5; i++) {
            stream.expect(new Sent(i, 0, i), true);
        }

        assertThat(lost).isEqualTo(5);
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

        assertThat(Pushes.payloads(wire.frames().get(0))).containsExactly(json);
        assertThat(Pushes.payloads(Frame.of("{}"))).isEmpty();
    }
}
