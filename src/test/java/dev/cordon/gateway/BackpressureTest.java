package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Command;
import dev.cordon.protocol.Payload;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@DisplayName("D3: commands that wait for the log's database pause the reading of their connection")
class BackpressureTest {
    private static final Command PING = new Command.Ping(1);

    /** What a command weighs beside its payload. */
    private static final int BARE = 512;

    private static final int MOST = (int) Backpressure.MOST;

    private final Backpressure pressure = new Backpressure();
    private final AtomicInteger resumed = new AtomicInteger();

    @Test
    void pausesAtTheBoundAndNotBelow() {
        pressure.add(publish(MOST - 2 * BARE - 1));
        assertThat(pauses()).as("nearly full").isFalse();
        pressure.remove(publish(MOST - 2 * BARE - 1));
        pressure.add(publish(MOST - 2 * BARE));
        assertThat(pauses()).isFalse();

        pressure.add(PING);

        assertThat(pauses()).as("full").isTrue();
        assertThat(resumed).hasValue(0);
    }

    @Test
    void countsCommandsWithoutAPayload() {
        for (int i = 0; i < MOST / BARE - 1; i++) {
            pressure.add(PING);
        }
        assertThat(pauses()).isFalse();
        pressure.add(PING);

        assertThat(pauses()).isTrue();
    }

    @Test
    void countsThePayloadOfAnRpc() {
        pressure.add(rpc(MOST - BARE - 1));
        assertThat(pauses()).isFalse();
        pressure.remove(rpc(MOST - BARE - 1));

        pressure.add(rpc(MOST - BARE));

        assertThat(pauses()).isTrue();
    }

    @Test
    void doesNotSubtractACommandThatWasNotCounted() {
        pressure.remove(publish(MOST));
        pressure.add(publish(MOST - BARE));

        assertThat(pauses()).isTrue();
    }

    @Test
    void resumesReadingOnceWhenThereIsRoomAgain() {
        pressure.add(publish(MOST));
        pressure.add(PING);
        assertThat(pauses()).isTrue();

        pressure.remove(PING);
        pressure.ease(true);
        assertThat(resumed).as("still full").hasValue(0);
        pressure.remove(publish(MOST));
        pressure.ease(true);
        pressure.ease(true);

        assertThat(resumed).hasValue(1);
    }

    @Test
    void resumesReadingWhenNoCommandWaitsForTheDatabase() {
        pressure.add(publish(MOST));
        assertThat(pauses()).isTrue();

        pressure.ease(false);

        assertThat(resumed).hasValue(1);
    }

    @RepeatedTest(3)
    @DisplayName("D3: a pause that races with the last answer is resumed, or does not begin")
    void aPauseThatRacesWithTheLastAnswer() throws Exception {
        Command full = publish(MOST);
        int rounds = 20_000;
        CyclicBarrier round = new CyclicBarrier(2);
        Thread answers = new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
                await(round);
                pressure.remove(full);
                pressure.ease(true);
                await(round);
            }
        });
        answers.start();
        int paused = 0;
        for (int i = 0; i < rounds; i++) {
            pressure.add(full);
            await(round);
            if (pauses()) {
                paused++;
            }
            await(round);
        }
        answers.join();

        assertThat(resumed).hasValue(paused);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean pauses() {
        return pressure.pause(resumed::incrementAndGet);
    }

    private static Command publish(int bytes) {
        return new Command.Publish(1, "#bob", payload(bytes));
    }

    private static Command rpc(int bytes) {
        return new Command.Rpc(1, "echo", payload(bytes));
    }

    private static Payload payload(int bytes) {
        return Payload.json("1".repeat(bytes));
    }
}
