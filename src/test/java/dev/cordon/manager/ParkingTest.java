package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.manager.Parking.Parked;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParkingTest {
    private static final long LARGE = 1L << 30;

    private final AtomicInteger made = new AtomicInteger();
    private final Parking parking = new Parking(this::make);
    private int most = Integer.MAX_VALUE;

    private ByteBuffer make(int bytes) {
        if (made.incrementAndGet() > most) {
            throw new OutOfMemoryError("Cannot reserve direct buffer memory");
        }
        return ByteBuffer.allocateDirect(bytes);
    }

    private Parked park(Frame frame) {
        return (Parked) parking.park(frame, LARGE);
    }

    private static Frame filled(char with, int size) {
        return Frame.of(Character.toString(with).repeat(size));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Parking.SMALLEST, Parking.BLOCK - 1, Parking.BLOCK, Parking.BLOCK + 1, 60_000, 1_000_000})
    void keepsEveryByteOfAPush(int size) {
        Payload payload =
                Payload.json("\"" + "0123456789abcdefg".repeat(size / 17 + 1).substring(0, size) + "\"");
        Frame push = FrameWriter.push(new Publication(TestNode.personal("alice"), 7, payload));

        Parked parked = park(push);

        assertThat(parked.size()).isEqualTo(push.size());
        assertThat(parked.frame().toByteArray()).isEqualTo(push.toByteArray());
        assertThat(parked.frame().text()).as("as often as wanted").isEqualTo(push.text());
    }

    @Test
    void usesBlocksAgain() {
        Parked first = park(filled('a', 3 * Parking.BLOCK));
        assertThat(parking.used()).isEqualTo(3 * Parking.BLOCK);
        parking.free(first);
        assertThat(parking.used()).isZero();

        Parked second = park(filled('b', 2 * Parking.BLOCK + 1));

        assertThat(made).hasValue(3);
        assertThat(second.frame().text()).isEqualTo("b".repeat(2 * Parking.BLOCK + 1));
    }

    @Test
    void noBlockIsOfTwoFrames() {
        Parked first = park(filled('a', 20_000));
        Parked second = park(filled('b', 20_000));
        parking.free(first);

        Parked third = park(filled('c', 20_000));
        Parked fourth = park(filled('d', 20_000));

        assertThat(second.frame().text()).isEqualTo("b".repeat(20_000));
        assertThat(third.frame().text()).isEqualTo("c".repeat(20_000));
        assertThat(fourth.frame().text()).isEqualTo("d".repeat(20_000));
    }

    @Test
    void whatIsFreedTwiceIsFreedOnce() {
        Parked first = park(filled('a', 5_000));
        parking.free(first);
        parking.free(first);

        Parked second = park(filled('b', 5_000));
        Parked third = park(filled('c', 5_000));

        assertThat(second.frame().text()).isEqualTo("b".repeat(5_000));
        assertThat(third.frame().text()).isEqualTo("c".repeat(5_000));
        assertThat(parking.used()).isEqualTo(2 * Parking.BLOCK);
    }

    @Test
    void whatIsFreeIsGone() {
        Parked parked = park(filled('a', 5_000));
        parking.free(parked);

        assertThatThrownBy(parked::frame).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void beyondItsBoundAFrameStaysWhereItIs() {
        Frame large = filled('a', 3 * Parking.BLOCK);
        Object first = parking.park(large, 5 * Parking.BLOCK);

        assertThat(first).isInstanceOf(Parked.class);
        assertThat(parking.park(large, 5 * Parking.BLOCK)).isSameAs(large);
        assertThat(parking.used()).isEqualTo(3 * Parking.BLOCK);
        assertThat(parking.park(large, 6 * Parking.BLOCK)).isInstanceOf(Parked.class);

        parking.free((Parked) first);
        assertThat(parking.park(large, 6 * Parking.BLOCK))
                .as("in blocks that are there")
                .isInstanceOf(Parked.class);
        assertThat(made).hasValue(6);
        assertThat(parking.kept()).isEqualTo(6 * Parking.BLOCK);
    }

    @Test
    void blocksThatAreThereAreUsedThoughTheBoundIsLowerNow() {
        parking.free(park(filled('a', 3 * Parking.BLOCK)));

        assertThat(parking.park(filled('b', 3 * Parking.BLOCK), Parking.BLOCK)).isInstanceOf(Parked.class);
        Frame more = filled('c', Parking.BLOCK);
        assertThat(parking.park(more, Parking.BLOCK)).isSameAs(more);
    }

    @Test
    void withoutMemoryAFrameStaysWhereItIs() {
        Parked before = park(filled('a', 5_000));
        most = 3;
        Frame large = filled('b', 3 * Parking.BLOCK);

        assertThat(parking.park(large, LARGE)).isSameAs(large);
        assertThat(parking.park(large, LARGE)).isSameAs(large);

        assertThat(made)
                .as("asked for once more than there was, and never again")
                .hasValue(4);
        assertThat(parking.kept()).isEqualTo(Parking.BLOCK);
        assertThat(before.frame().text()).isEqualTo("a".repeat(5_000));
        parking.free(before);
        assertThat(parking.kept()).isZero();
    }

    @Test
    void nothingIsKeptOrParkedBehindTheEnd() {
        Parked first = park(filled('a', 20_000));
        Parked second = park(filled('b', 5_000));
        parking.free(first);
        assertThat(parking.kept()).isEqualTo(4 * Parking.BLOCK);

        parking.end();

        assertThat(parking.kept()).isEqualTo(Parking.BLOCK);
        assertThat(second.frame().text()).isEqualTo("b".repeat(5_000));
        parking.free(second);
        assertThat(parking.kept()).isZero();
        Frame late = filled('c', 5_000);
        assertThat(parking.park(late, LARGE)).isSameAs(late);
    }

    @Test
    void threadsNeverSeeOneAnothersBytes() throws Exception {
        Runnable[] threads = new Runnable[4];
        for (int i = 0; i < threads.length; i++) {
            Frame own = filled((char) ('a' + i), 10_000 + 3_000 * i);
            threads[i] = () -> {
                for (int n = 0; n < 2_000; n++) {
                    Parked parked = park(own);
                    assertThat(parked.frame().toByteArray()).isEqualTo(own.toByteArray());
                    parking.free(parked);
                }
            };
        }

        Racing.run(threads);

        assertThat(parking.used()).isZero();
        assertThat(made).hasValueLessThanOrEqualTo(2 + 2 + 2 + 3);
    }
}
