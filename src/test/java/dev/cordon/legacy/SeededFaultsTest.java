package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.legacy.Divergence.By;
import dev.cordon.legacy.Divergence.Cause;
import dev.cordon.legacy.FaultySingleton.Fault;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults planted into an application's singleton at random moments: the comparison names each, and only it. */
class SeededFaultsTest {
    private static final int SEEDS = 40;
    private static final int USERS = 6;
    private static final int MESSAGES = 120;

    private final TestNode node = new TestNode();
    private final MigrationCounters counters = new MigrationCounters();

    private MigrationAdapter over(FaultySingleton singleton) {
        return MigrationAdapter.over(
                singleton,
                node.factory,
                node.publisher,
                () -> new MigrationSettings(0, true),
                counters,
                node.time,
                node.time);
    }

    /** Sends to users at random, and at the end to each. */
    private static List<UserId> send(MigrationAdapter adapter, Random random) {
        List<UserId> users = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            users.add(new UserId("user-" + i));
            adapter.connect(users.get(i), new SessionId("s"), new FakeTransport());
        }
        for (int n = 1; n <= MESSAGES + USERS; n++) {
            UserId to = n <= MESSAGES ? users.get(random.nextInt(USERS)) : users.get(n - MESSAGES - 1);
            adapter.send(to, Payload.json("{\"n\":" + n + "}"));
        }
        return users;
    }

    @ParameterizedTest
    @CsvSource({"LEAKS,LEAKED", "LOSES,LOST", "REORDERS,REORDERED", "DUPLICATES,DUPLICATED", "INVENTS,UNASKED"})
    void namesThePlantedFaultAndNothingElse(Fault fault, Cause cause) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            FaultySingleton singleton = new FaultySingleton(fault, 1 + random.nextInt(MESSAGES));
            MigrationAdapter adapter = over(singleton);

            send(adapter, random);
            node.time.advance(Duration.ofSeconds(31));
            ShadowComparison.Result result = adapter.status().compared();

            assertThat(result.causes()).as("seed %d", seed).isEqualTo(Map.of(cause, 1L));
            Divergence found = result.divergences().get(0);
            assertThat(found.by()).isEqualTo(By.SERVED);
            assertThat(Optional.of(found.user())).isEqualTo(fault == Fault.LEAKS ? singleton.other : singleton.victim);
            assertThat(found.from()).isEqualTo(fault == Fault.LEAKS ? singleton.victim : Optional.empty());
            adapter.releaseAll();
        }
        assertThat(counters.divergences.sum()).isEqualTo(SEEDS);
    }

    @Test
    void namesAMessageThatComesLate() {
        FaultySingleton singleton = new FaultySingleton(Fault.KEEPS, MESSAGES + USERS);
        MigrationAdapter adapter = over(singleton);
        List<UserId> users = send(adapter, new Random(1));

        node.time.advance(Duration.ofSeconds(2));
        singleton.release();

        assertThat(adapter.status().compared().causes()).isEqualTo(Map.of(Cause.LATE, 1L));
        assertThat(adapter.status().compared().divergences().get(0).user()).isEqualTo(users.get(USERS - 1));
    }

    @Test
    void aMessageThatWasTakenForLostIsLateWhenItComes() {
        FaultySingleton singleton = new FaultySingleton(Fault.KEEPS, MESSAGES);
        MigrationAdapter adapter = over(singleton);
        send(adapter, new Random(1));
        node.time.advance(Duration.ofSeconds(31));
        assertThat(adapter.status().compared().causes()).isEqualTo(Map.of(Cause.LOST, 1L));

        singleton.release();

        assertThat(adapter.status().compared().causes()).isEqualTo(Map.of(Cause.LOST, 1L, Cause.LATE, 1L));
    }

    @Test
    void staysSilentWithoutAFault() {
        for (int seed = 0; seed < SEEDS; seed++) {
            MigrationAdapter adapter = over(new FaultySingleton(Fault.NONE, 0));

            send(adapter, new Random(seed));
            node.time.advance(Duration.ofSeconds(31));
            adapter.releaseAll();

            ShadowComparison.Result result = adapter.status().compared();
            assertThat(result.equal()).as("%s", result.divergences()).isTrue();
            assertThat(result.connections()).isEqualTo(USERS);
            assertThat(result.messages()).isEqualTo(MESSAGES + USERS);
        }
        assertThat(counters.divergences.sum()).isZero();
    }

    @Test
    void namesALostMessageWhenTheConnectionEnds() {
        MigrationAdapter adapter = over(new FaultySingleton(Fault.LOSES, 3));
        send(adapter, new Random(1));

        adapter.releaseAll();

        assertThat(adapter.status().compared().causes()).isEqualTo(Map.of(Cause.LOST, 1L));
    }

    @Test
    void doesNotJudgeWhatWasUnderWayWhenTheConnectionEnded() {
        MigrationAdapter adapter = over(new FaultySingleton(Fault.KEEPS, MESSAGES + USERS));
        send(adapter, new Random(1));

        adapter.releaseAll();

        assertThat(adapter.status().compared().equal()).isTrue();
    }
}
