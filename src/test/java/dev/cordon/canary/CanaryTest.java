package dev.cordon.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.manager.HandTime;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.UserId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The canary on its own thread, with an endpoint and a time of the test's own. */
class CanaryTest {
    private static final Duration INTERVAL = Duration.ofMillis(10);
    /** Each of the two users in turn. */
    private static final Duration EACH = INTERVAL.dividedBy(2);

    private static final Duration UPKEEP = Duration.ofMillis(500);
    private static final Duration NANO = Duration.ofNanos(1);

    private final TestNode node = new TestNode();
    private final HandTime time = node.time;
    private final FakeEndpoint endpoint = new FakeEndpoint();
    private final CanaryReport report = new CanaryReport(time);
    private final AtomicInteger upkeep = new AtomicInteger();
    private final List<FakeEndpoint.Session> sessions = new ArrayList<>();
    private volatile Optional<Address> address = Optional.of(endpoint.address());
    private volatile boolean failing;
    private final Canary canary = new Canary(
            node.publisher,
            user -> "token of " + user,
            () -> "t1",
            () -> address,
            () -> {
                upkeep.incrementAndGet();
                if (failing) {
                    failing = false;
                    throw new IllegalStateException("fault");
                }
            },
            INTERVAL,
            report,
            time);
    private final Thread thread = new Thread(canary, "canary");

    @AfterEach
    void stop() throws Exception {
        canary.stop();
        thread.join(20_000);
        for (FakeEndpoint.Session session : sessions) {
            session.close();
        }
        endpoint.close();
        assertThat(thread.isAlive()).isFalse();
    }

    private FakeEndpoint.Session accept() throws IOException {
        FakeEndpoint.Session session = endpoint.accept();
        sessions.add(session);
        return session;
    }

    /** Answers the handshake and the connect of the next connection. */
    private FakeEndpoint.Session served(String user) throws IOException {
        long before = report.connects.sum();
        FakeEndpoint.Session session = accept();
        assertThat(session.head()).contains("X-Ticket: t1\r\n");
        session.accepts();
        assertThat(session.hears()).isEqualTo("{\"id\":1,\"connect\":{\"token\":\"token of " + user + "\"}}");
        session.says("{\"id\":1,\"connect\":{}}");
        awaitCount(report.connects, before + 1);
        return session;
    }

    private static void awaitCount(LongAdder counter, long count) {
        await().untilAsserted(() -> assertThat(counter.sum()).isEqualTo(count));
    }

    /** Waits until the canary has gone round once more, so that it has seen the present time. */
    private void goneRound() {
        int before = upkeep.get();
        time.advance(UPKEEP);
        await().until(() -> upkeep.get() > before);
    }

    private List<String> messages(String user) {
        return node.log.history(Channel.personal(new UserId(user)), Optional.empty(), -1).publications().stream()
                .map(publication -> publication.payload().text())
                .toList();
    }

    private static String push(String user, String message) {
        return "{\"push\":{\"channel\":\"#" + user + "\",\"pub\":{\"offset\":1,\"data\":" + message + "}}}";
    }

    @Test
    void sendsToTwoUsersInTurnAndMeasuresWhatArrives() throws Exception {
        thread.start();
        FakeEndpoint.Session one = served("canary-1");
        FakeEndpoint.Session two = served("canary-2");
        long before = report.sent.sum();
        assertThat(before).as("sent before anybody was connected, at most one").isLessThanOrEqualTo(1);
        int ofOne = messages("canary-1").size();
        int ofTwo = messages("canary-2").size();

        time.advance(EACH.minus(NANO));
        time.advance(NANO);
        awaitCount(report.sent, before + 1);
        time.advance(EACH);
        awaitCount(report.sent, before + 2);
        assertThat(messages("canary-1")).hasSize(ofOne + 1);
        assertThat(messages("canary-2")).hasSize(ofTwo + 1);

        time.advance(NANO);
        for (String message : messages("canary-1")) {
            one.says(push("canary-1", message));
        }
        awaitCount(report.received, ofOne + 1);
        assertThat(report.silence()).as("the other's have not arrived").isPositive();
        for (String message : messages("canary-2")) {
            two.says(push("canary-2", message) + "\n{}");
        }
        awaitCount(report.received, before + 2);
        assertThat(two.hears()).isEqualTo("{}");
        assertThat(report.silence()).isZero();
        assertThat(report.delivery.window().getMaxValue())
                .isGreaterThanOrEqualTo(EACH.toNanos())
                .isLessThan(2 * EACH.toNanos());
        assertThat(report.foreign.sum() + report.lost.sum() + report.failures.sum())
                .isZero();
    }

    @Test
    void countsAMessageThatWasMeantForTheOther() throws Exception {
        thread.start();
        FakeEndpoint.Session one = served("canary-1");
        served("canary-2");

        one.says(push("canary-1", "{\"to\":\"canary-2\",\"n\":1}"));

        awaitCount(report.foreign, 1);
        assertThat(report.received.sum()).isZero();
        assertThat(report.lost.sum()).isZero();
    }

    @Test
    void countsMessagesThatComeTwiceAndThatDoNotCome() throws Exception {
        thread.start();
        FakeEndpoint.Session one = served("canary-1");
        served("canary-2");
        one.says(push("canary-1", "{\"to\":\"canary-1\",\"n\":99}"));
        awaitCount(report.lost, 1);
        time.advance(EACH);
        await().until(() -> report.sent.sum() > 0);
        long sent = report.sent.sum();

        time.advance(Canary.LATE.minus(EACH));
        goneRound();
        time.advance(EACH);
        goneRound();

        await().until(() -> report.lost.sum() > sent);
        assertThat(report.received.sum()).isZero();
    }

    @Test
    void opensALostConnectionAgainAfterGrowingPauses() throws Exception {
        thread.start();
        FakeEndpoint.Session first = served("canary-1");
        served("canary-2");
        Duration pause = Canary.FIRST_PAUSE;
        first.says("{\"nonsense\":1}");
        assertThat(first.ended()).isTrue();
        awaitCount(report.failures, 1);

        for (int failures = 2; failures < 8; failures++) {
            time.advance(pause);
            FakeEndpoint.Session next = accept();
            next.close();
            awaitCount(report.failures, failures);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(Canary.LONGEST_PAUSE) > 0 ? Canary.LONGEST_PAUSE : pause;
        }
        time.advance(pause);
        served("canary-1");
        assertThat(report.failures.sum()).isEqualTo(7);
    }

    @Test
    void doesNotOpenALostConnectionBeforeItsPauseIsOver() throws Exception {
        thread.start();
        FakeEndpoint.Session first = served("canary-1");
        served("canary-2");
        first.close();
        awaitCount(report.failures, 1);

        goneRound();
        long connects = report.connects.sum();
        time.advance(Canary.FIRST_PAUSE.minus(UPKEEP).minus(EACH));
        goneRound();
        served("canary-1");
        assertThat(connects).isEqualTo(2);
    }

    @Test
    void aNewTokenIsFetchedAtOnceWhenTheOldOneHasEnded() throws Exception {
        thread.start();
        FakeEndpoint.Session first = served("canary-1");
        served("canary-2");

        first.says(FakeEndpoint.frame(8, new byte[] {(byte) (3005 >> 8), (byte) 3005}));

        served("canary-1");
        assertThat(report.failures.sum()).isZero();
    }

    @Test
    void givesUpAConnectionThatIsNotAnsweredInTime() throws Exception {
        thread.start();
        FakeEndpoint.Session mute = accept();
        served("canary-2");
        time.advance(Canary.OPENING);
        goneRound();

        assertThat(mute.ended()).isTrue();
        awaitCount(report.failures, 1);
    }

    @Test
    void waitsForItsAddress() throws Exception {
        address = Optional.empty();
        thread.start();
        await().until(() -> upkeep.get() > 0);
        address = Optional.of(endpoint.address());
        time.advance(Canary.FIRST_PAUSE);

        served("canary-1");
        served("canary-2");
        assertThat(report.failures.sum()).isZero();
    }

    @Test
    void aConnectionThatCannotBeDialledIsAFailure() {
        address = Optional.of(new Address("no host of this name.invalid", 1, "/", "X-Ticket"));
        thread.start();

        awaitCount(report.failures, 2);
        time.advance(Canary.FIRST_PAUSE);
        awaitCount(report.failures, 4);
    }

    @Test
    void theServerMustCutOffTheThirdUser() throws Exception {
        thread.start();
        FakeEndpoint.Session one = served("canary-1");
        served("canary-2");
        time.advance(Canary.VISITS);
        FakeEndpoint.Session third = served("canary-3");

        time.advance(EACH);
        awaitCount(report.cuts, 1);
        assertThat(third.ended()).isTrue();
        assertThat(messages("canary-3")).singleElement().asString().hasSizeGreaterThan(32 * 1024);
        one.says("{}");
        assertThat(one.hears()).isEqualTo("{}");
        assertThat(report.failures.sum()).isZero();

        time.advance(Canary.VISITS);
        served("canary-3");
    }

    @Test
    void theThirdUserLeavesAfterAMinuteIfItIsNotCutOff() throws Exception {
        node.connect("canary-3", "its session");
        thread.start();
        served("canary-1");
        served("canary-2");
        time.advance(Canary.VISITS);
        FakeEndpoint.Session third = served("canary-3");
        time.advance(EACH);
        await().until(() -> !messages("canary-3").isEmpty());

        time.advance(Canary.VISITS.minus(EACH).minus(NANO));
        goneRound();

        assertThat(third.ended()).isTrue();
        assertThat(report.cuts.sum()).isZero();
        time.advance(Canary.VISITS);
        served("canary-3");
    }

    @Test
    void anyEndOfTheThirdUsersConnectionIsACut() throws Exception {
        thread.start();
        served("canary-1");
        served("canary-2");
        time.advance(Canary.VISITS);
        FakeEndpoint.Session third = accept();
        third.head();
        third.accepts();
        third.hears();

        third.says("{\"id\":1,\"connect\":{}}\n{\"nonsense\":1}");

        awaitCount(report.cuts, 1);
        assertThat(third.ended()).isTrue();
        assertThat(report.failures.sum()).isZero();
    }

    @Test
    void upkeepRunsTwiceASecond() throws Exception {
        thread.start();
        await().until(() -> upkeep.get() == 1);
        served("canary-1");
        served("canary-2");
        assertThat(upkeep).hasValue(1);

        time.advance(UPKEEP);
        await().until(() -> upkeep.get() == 2);
    }

    @Test
    void aFailedStepDoesNotEndTheCanary() throws Exception {
        failing = true;
        thread.start();

        awaitCount(report.failures, 1);
        served("canary-1");
        served("canary-2");
        assertThat(report.failures.sum()).isEqualTo(1);
    }

    @Test
    void stoppingClosesItsConnections() throws Exception {
        thread.start();
        FakeEndpoint.Session one = served("canary-1");
        FakeEndpoint.Session two = served("canary-2");
        time.advance(Duration.ofSeconds(1));

        canary.stop();

        thread.join(20_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(one.ended()).isTrue();
        assertThat(two.ended()).isTrue();
        assertThat(report.silence()).isZero();
    }
}
