package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which channels make room, and when they have made enough. */
class MemoryChannelsTest {
    private static final Retention BOUNDS = new Retention(10, 100_000, Duration.ofMinutes(1), 100_000);
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final Channel CAROL = Channel.parse("#carol");

    private final MemoryTotals totals = new MemoryTotals(new BlockPool());
    private final MemoryChannels channels =
            new MemoryChannels(totals, Epochs.keyed(), new HandClock(), MemoryChannel::new);

    private MemoryChannel filled(Channel channel, int bytes) {
        MemoryChannel of = channels.existingOrNew(channel);
        of.append(channel, Payload.json("\"" + "x".repeat(bytes - 2) + "\""), 1, BOUNDS);
        return of;
    }

    private static int count(MemoryChannel of) {
        return of.after(Optional.empty(), 0, -1).publications().size();
    }

    @Test
    @DisplayName("S5: no more is evicted once the channels take what they may, to the byte")
    void stopsAtTheBound() {
        MemoryChannel first = filled(ALICE, 100);
        MemoryChannel second = filled(BOB, 100);
        long enough = totals.footprint.get() - first.footprint();

        channels.makeRoom(enough, filledElsewhere());

        assertThat(count(first)).isZero();
        assertThat(count(second)).isEqualTo(1);
        assertThat(totals.footprint).hasValue(enough);
    }

    /** A channel that is not among those that could be evicted. */
    private MemoryChannel filledElsewhere() {
        return new MemoryChannel(CAROL, "e", 0, false, 1, new MemoryTotals(new BlockPool()));
    }

    @Test
    @DisplayName("S5: emptied channels are forgotten first only beyond a quarter of the bound")
    void keepsEmptiedChannelsWithinAQuarter() {
        MemoryChannel first = filled(ALICE, 100);
        MemoryChannel second = filled(BOB, 3_000);

        channels.makeRoom(4 * first.ownBytes(), filledElsewhere());

        assertThat(channels.get(ALICE)).isSameAs(first);
        assertThat(count(second)).isZero();

        filled(CAROL, 3_000);
        channels.makeRoom(4 * first.ownBytes() - 1, filledElsewhere());
        assertThat(channels.get(ALICE)).isNull();
    }

    @Test
    @DisplayName("S5: the channel that is appended to is spared and stays in its place")
    void sparesTheChannelThatIsAppendedTo() {
        MemoryChannel first = filled(ALICE, 100);
        MemoryChannel second = filled(BOB, 100);

        channels.makeRoom(0, first);
        assertThat(count(first)).isEqualTo(1);
        assertThat(channels.get(BOB)).isNull();
        assertThat(second.forgotten()).isTrue();

        channels.makeRoom(0, second);
        assertThat(count(first)).isZero();
        assertThat(channels.size()).isZero();
        assertThat(totals.footprint).hasValue(0);
    }
}
