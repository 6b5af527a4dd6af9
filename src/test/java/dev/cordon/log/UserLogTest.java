package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The defaults of {@link UserLog}: a log in this process that never blocks and appends one publication at a time. */
class UserLogTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final List<Append> THREE = List.of(append(ALICE, "1"), append(BOB, "2"), append(ALICE, "3"));

    private final MemoryUserLog real =
            new MemoryUserLog(() -> new Retention(5, 1_000, Duration.ofMinutes(1), 100_000), new HandClock(), "e1");
    private final ForwardingUserLog log = () -> real;

    private static Append append(Channel channel, String json) {
        return new Append(channel, Payload.json(json), Optional.empty());
    }

    @Test
    void appendsAGroupOneByOne() {
        List<Appended> appended = log.appendAll(THREE);

        assertThat(appended).extracting(one -> one.publication().offset()).containsExactly(1L, 1L, 2L);
        assertThat(appended)
                .extracting(one -> one.publication().payload().text())
                .containsExactly("1", "2", "3");
        assertThat(log.appendAll(List.of())).isEmpty();
    }

    @Test
    void appendLaterAppendsAtOnce() {
        assertThat(log.appendLater(THREE).toCompletableFuture())
                .isCompletedWithValueMatching(
                        all -> all.size() == 3 && real.stats().publications() == 3);
    }

    @Test
    void appendLaterFailsWithTheCauseOfTheAppend() {
        LogUnavailableException lost = new LogUnavailableException("no answer");
        ForwardingUserLog failing = new ForwardingUserLog() {
            @Override
            public UserLog log() {
                throw lost;
            }
        };

        assertThatThrownBy(
                        () -> failing.appendLater(THREE).toCompletableFuture().join())
                .hasCause(lost);
    }

    @Test
    void neverBlocksItsCaller() {
        List<Thread> ran = new ArrayList<>();
        log.patiently(() -> ran.add(Thread.currentThread()));

        assertThat(ran).containsExactly(Thread.currentThread());
        assertThat(log.waits()).isFalse();
        assertThat(log.batch()).isEqualTo(1);
        assertThat(log.unavailable()).isEmpty();
        assertThat(log.unavailableFor()).isZero();
    }

    @Test
    void footprintIsThePayloadBytes() {
        log.appendAll(THREE);

        assertThat(log.footprint()).isEqualTo(3);
    }

    @Test
    void readersReportNoSessionAsConnectedByDefault() {
        UserLog.Readers readers = channel -> true;

        assertThat(readers.connected(ALICE.owner(), new dev.cordon.protocol.SessionId("laptop")))
                .isFalse();
    }
}
