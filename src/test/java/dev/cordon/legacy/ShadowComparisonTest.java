package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.cordon.legacy.Divergence.By;
import dev.cordon.legacy.Divergence.Cause;
import dev.cordon.legacy.FaultySingleton.Fault;
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
import java.text.MessageFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.LogRecord;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ShadowComparisonTest extends LegacyManagerContract {
    private final TestNode node = new TestNode();
    private final SingletonWebSocketManager singleton = new SingletonWebSocketManager(Duration.ofMillis(300));
    private final FactoryManager factory = new FactoryManager(node.factory, node.publisher);
    private final ShadowComparison comparison = new ShadowComparison(singleton, factory, node.time, node.time);

    private final LongAdder divergences = new LongAdder();
    private int lost;

    @Override
    LegacyManager manager() {
        return comparison;
    }

    /** A comparison of a singleton that writes bare payloads. */
    private ShadowComparison over(LegacyManager served) {
        return new ShadowComparison(served, factory, frame -> List.of(frame.text()), divergences, node.time, node.time);
    }

    private ShadowComparison withShadow(LegacyManager shadow) {
        return new ShadowComparison(singleton, shadow, node.time, node.time);
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

        List<LogRecord> lines = LogLines.of(Divergences.class, () -> {
            for (int i = 0; i < 3; i++) {
                singleton.send(BOB, payload("\"for alice\""));
            }
        });

        assertThat(comparison.result().equal()).isFalse();
        assertThat(comparison.result().divergences())
                .containsExactly(
                        new Divergence(BOB, By.SERVED, Cause.LEAKED, Optional.of(ALICE), 3, node.time.instant()));
        assertThat(lines)
                .extracting(line -> MessageFormat.format(line.getMessage(), line.getParameters()))
                .containsExactly(
                        "Shadow comparison: user \"bob\", served manager: leaked, a message of user \"alice\"");
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
        ShadowComparison broken = withShadow(failing);
        FakeTransport wire = new FakeTransport();

        List<LogRecord> lines = LogLines.of(ShadowComparison.class, () -> broken.connect(ALICE, SESSION, wire));
        singleton.send(ALICE, payload("{}"));

        assertThat(payloads(wire)).hasSize(1);
        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly("The shadow of a connection could not be opened");
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

    @Test
    void namesAMessageOfAnotherUserThatWasSentToOneConnection() {
        ConnectionId alices =
                comparison.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        comparison.connect(BOB, SESSION, new FakeTransport());
        comparison.send(alices, payload("1"));

        singleton.send(BOB, payload("1"));

        assertThat(comparison.result().divergences())
                .extracting(Divergence::user, Divergence::cause, Divergence::from)
                .containsExactly(tuple(BOB, Cause.LEAKED, Optional.of(ALICE)));
    }

    @Test
    void namesAMessageThatTheNextOneOvertakes() {
        ShadowComparison reorders = over(new FaultySingleton(Fault.REORDERS, 1));
        reorders.connect(ALICE, SESSION, new FakeTransport());

        reorders.send(ALICE, payload("1"));
        reorders.send(ALICE, payload("2"));

        assertThat(reorders.result().causes()).isEqualTo(Map.of(Cause.REORDERED, 1L));
    }

    @Test
    void namesAMessageThatOneToASingleConnectionOvertakes() {
        FaultySingleton keeping = new FaultySingleton(Fault.KEEPS, 1);
        ShadowComparison keeps = over(keeping);
        ConnectionId handle = keeps.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();

        keeps.send(ALICE, payload("1"));
        keeps.send(handle, payload("2"));
        keeping.release();

        assertThat(keeps.result().causes()).isEqualTo(Map.of(Cause.REORDERED, 1L));
    }

    @Test
    void namesAMessageToASingleConnectionThatIsOvertaken() {
        FaultySingleton keeping = new FaultySingleton(Fault.KEEPS, 1);
        ShadowComparison keeps = over(keeping);
        ConnectionId handle = keeps.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();

        keeps.send(handle, payload("1"));
        keeps.send(ALICE, payload("2"));
        keeping.release();

        assertThat(keeps.result().causes()).isEqualTo(Map.of(Cause.REORDERED, 1L));
    }

    @Test
    void comparesOnBehindAMessageToASingleConnection() {
        ShadowComparison loses = over(new FaultySingleton(Fault.LOSES, 2));
        ConnectionId handle = loses.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();

        loses.send(handle, payload("1"));
        loses.send(ALICE, payload("2"));
        node.time.advance(Duration.ofSeconds(31));

        assertThat(loses.result().causes()).isEqualTo(Map.of(Cause.LOST, 1L));
    }

    @Test
    void comparesOnBehindTheEndOfAnotherConnection() {
        ShadowComparison loses = over(new FaultySingleton(Fault.LOSES, 1));
        ConnectionId other = loses.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        loses.connect(ALICE, SESSION, new FakeTransport());

        loses.disconnect(other);
        loses.send(ALICE, payload("1"));
        node.time.advance(Duration.ofSeconds(31));

        assertThat(loses.result().causes()).isEqualTo(Map.of(Cause.LOST, 1L));
    }

    @Test
    void sendsAMessageToASingleConnectionThroughBoth() {
        ConnectionId handle =
                comparison.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();

        comparison.send(handle, payload("1"));
        node.time.advance(Duration.ofSeconds(31));

        assertThat(comparison.result().causes()).isEmpty();
    }

    @Test
    void saysThatAMessageToASingleConnectionFailed() {
        FakeTransport broken = new FakeTransport().mode(FakeTransport.Mode.FAILING);
        ConnectionId handle = comparison.connect(ALICE, SESSION, broken).orElseThrow();

        assertThat(comparison.send(handle, payload("1"))).isFalse();
    }

    @Test
    void namesWhatTheShadowLoses() {
        ShadowComparison silent = withShadow(new SilentManager());
        ConnectionId ending =
                silent.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        silent.connect(BOB, SESSION, new FakeTransport());
        silent.send(ALICE, payload("1"));
        silent.send(BOB, payload("2"));

        node.time.advance(Duration.ofSeconds(2));
        silent.disconnect(ending);
        assertThat(silent.result().divergences())
                .extracting(Divergence::user, Divergence::by, Divergence::cause)
                .containsExactly(tuple(ALICE, By.SHADOW, Cause.LOST));
        node.time.advance(Duration.ofSeconds(29));

        assertThat(silent.result().divergences())
                .extracting(Divergence::user, Divergence::by, Divergence::cause)
                .containsExactly(tuple(ALICE, By.SHADOW, Cause.LOST), tuple(BOB, By.SHADOW, Cause.LOST));
    }

    @Test
    void aSendingFindsWhatIsLostOnceASecond() {
        ShadowComparison loses = over(new FaultySingleton(Fault.LOSES, 1));
        loses.connect(ALICE, SESSION, new FakeTransport());
        loses.send(ALICE, payload("lost"));
        node.time.advance(ComparedStream.LOST);
        loses.settle();

        node.time.advance(Duration.ofNanos(999_999_999));
        loses.send(ALICE, payload("1"));
        assertThat(divergences.sum()).isZero();
        node.time.advance(Duration.ofNanos(1));
        loses.send(ALICE, payload("2"));

        assertThat(divergences.sum()).isEqualTo(1);
    }

    @Test
    void aMessageThatIsUnderWayMayReachAConnectionThatOpensMeanwhile() {
        Sent sent = comparison.begin(ALICE, payload("1"));
        comparison.connect(ALICE, SESSION, new FakeTransport()).ifPresent(comparison::disconnect);
        comparison.connect(ALICE, SESSION, new FakeTransport());

        node.time.advance(Duration.ofSeconds(2));
        singleton.send(ALICE, payload("1"));
        comparison.end(ALICE, sent);
        node.time.advance(Duration.ofSeconds(31));

        assertThat(comparison.result().divergences())
                .extracting(Divergence::by, Divergence::cause, Divergence::count)
                .containsExactly(tuple(By.SERVED, Cause.LATE, 1L));
    }

    @Test
    void whatIsSentWhileAConnectionIsBeingEndedMayBeMissing() {
        SilentManager served = new SilentManager();
        ShadowComparison ending = over(served);
        ConnectionId handle =
                ending.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        served.whileDisconnecting = () -> {
            ending.end(ALICE, ending.begin(ALICE, payload("1")));
            node.time.advance(Duration.ofSeconds(2));
        };

        ending.disconnect(handle);

        assertThat(ending.result().causes()).isEmpty();
    }

    @Test
    void endsTheShadowOfAConnectionThatTheSingletonFailsToEnd() {
        SilentManager served = new SilentManager();
        ShadowComparison failing = over(served);
        ConnectionId handle =
                failing.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();
        served.whileDisconnecting = () -> {
            throw new IllegalStateException("broken");
        };

        assertThatThrownBy(() -> failing.disconnect(handle)).hasMessage("broken");

        assertThat(failing.active()).isFalse();
        assertThat(node.factory.stats().connections()).isZero();
    }

    @Test
    void releasesTheShadowsOfASingletonThatClosesNothing() {
        ShadowComparison silent = over(new SilentManager());
        silent.connect(ALICE, SESSION, new FakeTransport());
        silent.connect(BOB, SESSION, new FakeTransport());

        silent.releaseAll();

        assertThat(silent.active()).isFalse();
        assertThat(node.factory.stats().connections()).isZero();
    }

    @Test
    void servesAConnectionThatHasNoShadow() {
        ShadowComparison alone = withShadow(new SilentManager().refuses());
        FakeTransport wire = new FakeTransport();
        ConnectionId handle = alone.connect(ALICE, SESSION, wire).orElseThrow();

        assertThat(alone.send(handle, payload("1"))).isTrue();
        alone.releaseAll();

        assertThat(payloads(wire)).containsExactly("1");
        assertThat(wire.closedWith()).contains(Disconnect.SHUTDOWN);
        assertThat(alone.connections()).isZero();
    }

    @Test
    void doesNotJudgeAConnectionThatTheSingletonFailedToOpen() {
        SilentManager served = new SilentManager();
        served.whileConnecting = () -> {
            throw new IllegalStateException("broken");
        };
        ShadowComparison failing = over(served);
        assertThatThrownBy(() -> failing.connect(ALICE, SESSION, new FakeTransport()))
                .hasMessage("broken");

        served.transports.get(0).write(Frame.of("1"), new KeptCompletion());

        assertThat(failing.result().causes()).isEmpty();
        assertThat(node.factory.stats().connections()).isZero();
    }

    @Test
    void passesASignOfLifeOnToTheSingleton() {
        SilentManager served = new SilentManager();
        ShadowComparison passing = over(served);
        ConnectionId handle =
                passing.connect(ALICE, SESSION, new FakeTransport()).orElseThrow();

        passing.heard(handle);

        assertThat(served.heard).containsExactly(handle);
    }

    @Test
    void theShadowOfAConnectionIsNamedSo() {
        SilentManager shadow = new SilentManager();

        withShadow(shadow).connect(ALICE, SESSION, new FakeTransport());

        assertThat(shadow.transports.get(0).remoteAddress()).isEqualTo("shadow");
    }
}
