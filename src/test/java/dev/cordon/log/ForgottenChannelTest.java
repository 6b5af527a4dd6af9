package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A channel that is forgotten while a caller still holds it: the caller goes on with its successor. */
class ForgottenChannelTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final SessionId LAPTOP = new SessionId("laptop");
    private static final Retention RETENTION = new Retention(5, 1_000, Duration.ofMinutes(1), 100_000);
    private static final StreamPosition START = new StreamPosition("e1", 0);

    private final UserQuota positions = new UserQuota(10, 10);
    private boolean first = true;
    /** The first channel is forgotten as soon as it is made, as another thread might do. */
    private final MemoryUserLog log = new MemoryUserLog(
            () -> RETENTION, new HandClock(), "e1", (channel, epoch, generation, entered, now, totals) -> {
                MemoryChannel made = new MemoryChannel(channel, epoch, generation, entered, now, totals);
                if (first) {
                    first = false;
                    made.evict(true);
                }
                return made;
            });

    @Test
    void rejectsAppendsFollowsAndAcknowledgements() {
        MemoryChannel channel = new MemoryChannel(ALICE, "e1", 0, false, 0, new MemoryTotals(new BlockPool()));
        assertThat(channel.forgotten()).isFalse();
        assertThat(channel.evict(true)).isEqualTo(MemoryChannel.Turn.FORGOTTEN);

        assertThat(channel.forgotten()).isTrue();
        assertThat(channel.append(ALICE, Payload.json("1"), 0, RETENTION)).isNull();
        assertThat(channel.follow(LAPTOP, 0, positions)).isEqualTo(MemoryChannel.FORGOTTEN);
        assertThat(channel.acknowledge(LAPTOP, 0, 0, positions)).isEqualTo(MemoryChannel.FORGOTTEN);
        assertThat(channel.evict(true)).isEqualTo(MemoryChannel.Turn.FORGOTTEN);
        assertThat(positions.kept()).isZero();
    }

    @Test
    void releasesItsPositionsOnce() {
        MemoryChannel channel = new MemoryChannel(ALICE, "e1", 0, false, 0, new MemoryTotals(new BlockPool()));
        channel.follow(LAPTOP, 0, positions);
        assertThat(positions.kept()).isEqualTo(1);

        channel.evict(true);
        channel.forget(LAPTOP, Long.MAX_VALUE);

        assertThat(positions.kept()).isZero();
    }

    @Test
    void anAppendGoesToItsSuccessor() {
        assertThat(log.append(ALICE, Payload.json("1")).publication().offset()).isEqualTo(1);
        assertThat(log.stats().channels()).isEqualTo(1);
        assertThat(log.stats().publications()).isEqualTo(1);
    }

    @Test
    void aFollowGoesToItsSuccessor() {
        assertThat(log.follow(ALICE, LAPTOP)).isEqualTo(START);
        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(START);
    }

    @Test
    void anAcknowledgementOfItsStartStoresNothing() {
        log.top(ALICE);

        assertThat(log.acknowledge(ALICE, LAPTOP, START)).isEqualTo(START);
        assertThat(log.acknowledged(ALICE, LAPTOP)).isEmpty();
        assertThat(log.stats().channels()).isZero();
    }
}
