package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PayloadRingTest {
    private static final Channel ALICE = Channel.parse("#alice");

    /** Prime, so that no two blocks of a payload are alike. */
    private static final int PERIOD = 61;

    /** Bytes of an array's header, and of a payload's. */
    private static final int ARRAY = 16;

    private static final int HEADER = 8;

    /** Payload sizes to add, or how many to drop when negative; 0 shrinks the arrays to fit. */
    @Provide
    Arbitrary<List<Integer>> steps() {
        Arbitrary<Integer> small = Arbitraries.integers().between(1, 300);
        Arbitrary<Integer> large = Arbitraries.integers().between(PayloadRing.MAX_SMALL - 2, 3 * BlockPool.BLOCK);
        Arbitrary<Integer> drop = Arbitraries.integers().between(-9, 0);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(6, small),
                        net.jqwik.api.Tuple.of(1, large),
                        net.jqwik.api.Tuple.of(3, drop))
                .list()
                .ofMaxSize(200);
    }

    @Property
    void keepsWhatAPlainQueueKeeps(@ForAll("steps") List<Integer> steps) {
        BlockPool pool = new BlockPool();
        List<Checked> channels = List.of(new Checked(pool), new Checked(pool));
        long now = 0;
        for (int step : steps) {
            channels.get((int) (now++ % 2)).step(step, now);
            channels.forEach(Checked::agrees);
        }
    }

    /** A ring beside a plain queue of the same content; all rings share one pool of blocks. */
    private static final class Checked {
        private final PayloadRing kept;
        private final ArrayDeque<Payload> payloads = new ArrayDeque<>();
        private final ArrayDeque<Long> times = new ArrayDeque<>();

        Checked(BlockPool pool) {
            kept = new PayloadRing(pool);
        }

        void step(int step, long now) {
            if (step > 0) {
                Payload payload = payload(step, now);
                kept.add(payload, now);
                payloads.addLast(payload);
                times.addLast(now);
            } else if (step == 0) {
                kept.fit();
            }
            for (int i = step; i < 0 && !payloads.isEmpty(); i++) {
                kept.removeFirst();
                payloads.removeFirst();
                times.removeFirst();
            }
        }

        void agrees() {
            agree(kept, new ArrayList<>(payloads), new ArrayList<>(times));
        }
    }

    private static void agree(PayloadRing kept, List<Payload> model, List<Long> times) {
        assertThat(kept.count()).isEqualTo(model.size());
        assertThat(kept.bytes())
                .isEqualTo(model.stream().mapToLong(Payload::size).sum());
        assertThat(kept.from(0, model.size())).isEqualTo(model);
        assertThat(kept.isEmpty() || kept.oldestTime() == times.get(0)).isTrue();
        for (int i = 0; i < model.size(); i++) {
            assertThat(kept.firstAfter(times.get(i) - 1, 0)).isEqualTo(i);
            assertThat(kept.firstAfter(times.get(i), i / 2)).isEqualTo(i + 1);
            assertThat(kept.firstAfter(0, i)).isEqualTo(i);
            assertThat(kept.from(i, 2)).isEqualTo(model.subList(i, Math.min(i + 2, model.size())));
        }
    }

    /** Bytes that differ for each number, so that reading the wrong payload shows. */
    private static Payload payload(int size, long number) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) ('0' + (number * 31 + i) % PERIOD);
        }
        return Payload.copyOf(bytes, 0, size);
    }

    /** A ring after many adds and drops; it never held more than {@code most} payloads, and one more for a moment. */
    private static PayloadRing newest(int most, int added, int size, BlockPool pool) {
        PayloadRing kept = new PayloadRing(pool);
        for (int i = 0; i < added; i++) {
            kept.add(payload(size, i), i);
            if (kept.count() > most) {
                kept.removeFirst();
            }
        }
        return kept;
    }

    @Test
    void footprintExceedsThePayloadsByHalfAtMost() {
        PayloadRing kept = newest(256, 5_000, 130, new BlockPool());

        assertThat(kept.footprint()).isLessThan(257 * (130 + 12) * 3 / 2 + 1_000);
    }

    @Test
    void rejectsAPayloadTooLargeForItsHeader() {
        PayloadRing kept = new PayloadRing(new BlockPool());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> kept.add(payload(1 << 20, 1), 1))
                .withMessage("a payload of 1048576 bytes is too large for the log");
        assertThat(kept.isEmpty()).isTrue();

        kept.add(payload((1 << 20) - 1, 1), 1);
        agree(kept, List.of(payload((1 << 20) - 1, 1)), List.of(1L));
    }

    @Test
    void shrinksItsArraysAfterDrops() {
        PayloadRing kept = new PayloadRing(new BlockPool());
        for (int i = 0; i < 1_000; i++) {
            kept.add(payload(130, i), i);
        }
        while (kept.count() > 10) {
            kept.removeFirst();
        }

        kept.fit();
        assertThat(kept.footprint()).isLessThan(2_000);
        assertThat(kept.from(0, 10)).startsWith(payload(130, 990)).hasSize(10);
    }

    @Test
    void reusesBlocks() {
        BlockPool pool = new BlockPool();
        PayloadRing kept = newest(3, 100, 60_000, pool);

        assertThat(pool.idle()).isEqualTo(8);
        assertThat(kept.footprint()).isGreaterThanOrEqualTo(180_000).isLessThan(200_000);
        pool.trim();
        assertThat(pool.idle()).isEqualTo(4);
    }

    @Test
    void staysUnchangedWhenAnAppendRunsOutOfMemory() {
        AtomicBoolean full = new AtomicBoolean();
        MemoryTotals totals = new MemoryTotals(new BlockPool() {
            @Override
            byte[][] take(int bytes) {
                if (full.get()) {
                    throw new OutOfMemoryError("as if");
                }
                return super.take(bytes);
            }
        });
        MemoryChannel channel = new MemoryChannel(ALICE, "e", 0, false, 0, totals);
        Retention retention = new Retention(9, 1_000_000, Duration.ofMinutes(1), 1_000_000);
        channel.append(ALICE, payload(9_000, 1), 1, retention);

        full.set(true);
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> channel.append(ALICE, payload(9_000, 2), 2, retention));
        full.set(false);
        channel.append(ALICE, payload(9_000, 3), 3, retention);

        assertThat(channel.after(Optional.empty(), 0, -1).publications())
                .extracting(Publication::offset, Publication::payload)
                .containsExactly(tuple(1L, payload(9_000, 1)), tuple(2L, payload(9_000, 3)));
        assertThat(totals.publications).hasValue(2);
    }

    @Test
    void anEmptiedChannelIsChargedForItselfOnly() {
        MemoryTotals totals = new MemoryTotals(new BlockPool());
        MemoryChannel channel = new MemoryChannel(ALICE, "e", 0, false, 0, totals);
        channel.append(ALICE, payload(130, 1), 1, new Retention(9, 1_000_000, Duration.ofMinutes(1), 1_000_000));
        assertThat(totals.footprint.get()).isGreaterThan(channel.ownBytes());

        channel.expire(1);

        assertThat(totals.footprint).hasValue(channel.ownBytes());
        assertThat(channel.footprint()).isZero();
    }

    /** A ring with payloads that take so many bytes with their headers. */
    private static PayloadRing of(int... lengths) {
        PayloadRing ring = new PayloadRing(new BlockPool());
        for (int length : lengths) {
            ring.add(payload(length - HEADER, length), 1);
        }
        return ring;
    }

    @Test
    void growsByHalfAndOnlyWhenItIsFull() {
        assertThat(of(16).footprint()).isEqualTo(ARRAY + 64);
        assertThat(of(16, 16, 16, 16).footprint()).isEqualTo(ARRAY + 64);
        assertThat(of(16, 16, 16, 16, 16).footprint()).isEqualTo(ARRAY + 96);
        assertThat(of(16, 16, 16, 16, 100).footprint()).isEqualTo(ARRAY + 164);
    }

    @Test
    void reusesTheRoomOfWhatLeft() {
        PayloadRing full = of(16, 16, 16, 16);
        for (int i = 0; i < 100; i++) {
            full.removeFirst();
            full.add(payload(8, i), 1);
            assertThat(full.footprint()).isEqualTo(ARRAY + 64);
        }
        assertThat(full.from(0, 4)).containsExactly(payload(8, 96), payload(8, 97), payload(8, 98), payload(8, 99));

        PayloadRing withRoomAtTheEnd = of(16, 16, 16);
        withRoomAtTheEnd.removeFirst();
        withRoomAtTheEnd.add(payload(8, 1), 1);
        withRoomAtTheEnd.add(payload(8, 2), 1);
        assertThat(withRoomAtTheEnd.footprint()).isEqualTo(ARRAY + 64);
        assertThat(withRoomAtTheEnd.from(2, 9)).containsExactly(payload(8, 1), payload(8, 2));
    }

    @Test
    void shrinksOnlyWhenThreeQuartersAreUnused() {
        PayloadRing quarter = of(1536, 2560);
        quarter.removeFirst();
        quarter.add(payload(1024 - HEADER, 7), 1);
        quarter.removeFirst();
        assertThat(quarter.footprint()).isEqualTo(ARRAY + 4096);
        quarter.fit();
        assertThat(quarter.footprint()).as("a quarter is in use").isEqualTo(ARRAY + 4096);

        quarter.add(payload(1023 - HEADER, 8), 1);
        quarter.removeFirst();
        quarter.fit();
        assertThat(quarter.footprint()).isEqualTo(ARRAY + 1023);
        assertThat(quarter.from(0, 1)).containsExactly(payload(1023 - HEADER, 8));

        PayloadRing tiny = of(16, 16, 16, 16, 16, 16, 16);
        assertThat(tiny.footprint()).isEqualTo(ARRAY + 144);
        for (int i = 0; i < 6; i++) {
            tiny.removeFirst();
        }
        tiny.fit();
        assertThat(tiny.footprint()).as("too small to shrink").isEqualTo(ARRAY + 144);
    }

    @Test
    void aLargePayloadTakesWholeBlocks() {
        PayloadRing ring = new PayloadRing(new BlockPool());
        Payload large = payload(2 * BlockPool.BLOCK + 1, 3);
        ring.add(payload(PayloadRing.MAX_SMALL, 1), 1);
        long small = ring.footprint();
        assertThat(small).isEqualTo(ARRAY + HEADER + PayloadRing.MAX_SMALL);
        ring.add(large, 2);

        assertThat(ring.from(0, 2)).containsExactly(payload(PayloadRing.MAX_SMALL, 1), large);
        ring.removeFirst();
        assertThat(ring.from(0, 1)).containsExactly(large);
        ring.fit();
        assertThat(ring.footprint()).isEqualTo(ARRAY + HEADER + 3L * BlockPool.BLOCK);
        ring.removeFirst();
        ring.fit();
        assertThat(ring.footprint()).isZero();
    }

    @Test
    void namesItsContentForADump() {
        assertThat(of(16, 20)).hasToString("PayloadRing[2 of 20 bytes]");
    }
}
