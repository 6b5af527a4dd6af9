package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a sweep of the log in memory gives back besides publications and channels. */
class MemorySweepTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final Duration LIFE = Duration.ofMinutes(1);

    private final HandClock clock = new HandClock();
    private final List<Channel> turns = new ArrayList<>();
    private final List<MemoryTotals> all = new ArrayList<>();
    private long totalMaxBytes = 1_000_000;
    private final MemoryUserLog log =
            new MemoryUserLog(() -> new Retention(10, 1_000_000, LIFE, totalMaxBytes, LIFE), clock, "e", this::channel);

    private MemoryChannel channel(
            Channel channel, String epoch, long generation, boolean entered, long now, MemoryTotals totals) {
        all.add(totals);
        return new MemoryChannel(channel, epoch, generation, entered, now, totals) {
            @Override
            synchronized Turn evict(boolean remnant) {
                turns.add(channel());
                return super.evict(remnant);
            }
        };
    }

    @Test
    @DisplayName("S5: a sweep releases half of the blocks that no payload needs")
    void releasesIdleBlocks() {
        log.append(ALICE, Payload.json("\"" + "x".repeat(4 * BlockPool.BLOCK - 2) + "\""));
        log.remove(ALICE);
        assertThat(all.get(0).blocks.idle()).isEqualTo(4);

        log.sweep(channel -> true);

        assertThat(all.get(0).blocks.idle()).isEqualTo(2);
    }

    @Test
    @DisplayName("S5: a forgotten channel does not wait for its eviction any more")
    void forgottenChannelsDoNotWaitForEviction() {
        log.append(ALICE, Payload.json("1"));
        clock.advance(LIFE);
        assertThat(log.sweep(channel -> false).forgotten()).isEqualTo(1);

        totalMaxBytes = 1;
        log.append(BOB, Payload.json("1"));

        assertThat(turns).doesNotContain(ALICE);
    }
}
