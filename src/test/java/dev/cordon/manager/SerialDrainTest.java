package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SerialDrainTest {
    private final SerialDrain drain = new SerialDrain();

    @Test
    void isEnteredByOneAtATime() {
        assertThat(drain.enter()).isTrue();
        assertThat(drain.enter()).isFalse();
        assertThat(drain.requests()).isEqualTo(2);

        assertThat(drain.leave(2)).isZero();

        assertThat(drain.enter()).isTrue();
    }

    @Test
    void staysWithItsOwnerWhileRequestsCome() {
        drain.enter();
        int seen = drain.requests();
        drain.enter();
        drain.enter();

        assertThat(drain.leave(seen)).isEqualTo(2);

        assertThat(drain.enter()).isFalse();
        assertThat(drain.leave(3)).isZero();
        assertThat(drain.requests()).isZero();
    }

    @Test
    void servesTheRequestsThatComeWhileItWorksAndThenLetsGo() {
        List<String> done = new ArrayList<>();
        assertThat(drain.enter()).isTrue();

        drain.serve(() -> {
            done.add("work");
            if (done.size() < 3) {
                assertThat(drain.enter()).isFalse();
            }
        });

        assertThat(done).hasSize(3);
        assertThat(drain.enter()).isTrue();
    }

    /** The count of work done has no synchronization of its own: the drain orders its threads. */
    @RepeatedTest(20)
    void losesNoRequestAndNeverRunsTwiceWhenThreadsRace() {
        AtomicInteger waiting = new AtomicInteger();
        int[] carriedOut = {0};
        Runnable worker = () -> {
            for (int i = 0; i < 10_000; i++) {
                waiting.incrementAndGet();
                if (drain.enter()) {
                    int requests = drain.requests();
                    do {
                        carriedOut[0] += waiting.getAndSet(0);
                        requests = drain.leave(requests);
                    } while (requests > 0);
                }
            }
        };

        Racing.run(worker, worker, worker);

        assertThat(carriedOut[0]).isEqualTo(30_000);
        assertThat(waiting).hasValue(0);
    }
}
