package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlockPoolTest {
    private final BlockPool pool = new BlockPool();

    @Test
    void givesAsManyBlocksAsTheBytesNeed() {
        assertThat(pool.take(1)).hasDimensions(1, BlockPool.BLOCK);
        assertThat(pool.take(BlockPool.BLOCK)).hasDimensions(1, BlockPool.BLOCK);
        assertThat(pool.take(BlockPool.BLOCK + 1)).hasDimensions(2, BlockPool.BLOCK);
    }

    @Test
    void givesABlockAgainOnlyOnceItIsBack() {
        byte[][] first = pool.take(2 * BlockPool.BLOCK);
        byte[][] second = pool.take(BlockPool.BLOCK);
        first[0][0] = 1;
        first[1][0] = 2;
        second[0][0] = 3;
        pool.give(first);
        assertThat(pool.idle()).isEqualTo(2);

        byte[][] third = pool.take(3 * BlockPool.BLOCK);

        assertThat(List.of(third)).extracting(block -> block[0]).containsExactlyInAnyOrder((byte) 1, (byte) 2, (byte)
                0);
        assertThat(pool.idle()).isZero();
    }

    @Test
    void releasesHalfOfItsIdleBlocksRoundedUp() {
        pool.give(pool.take(5 * BlockPool.BLOCK));

        pool.trim();
        assertThat(pool.idle()).isEqualTo(2);
        pool.trim();
        assertThat(pool.idle()).isEqualTo(1);
        pool.trim();
        assertThat(pool.idle()).isZero();
        pool.trim();
        assertThat(pool.idle()).isZero();
    }
}
