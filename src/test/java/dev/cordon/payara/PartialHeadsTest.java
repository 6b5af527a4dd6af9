package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Cuts;
import dev.cordon.heap.HeapShare;
import dev.cordon.websocket.PartialMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PartialHeadsTest {
    /** Bytes of a head that count as {@link #EACH} with its connection. */
    private static final int HEAD = 1024;

    private static final int EACH = PartialHeads.CONNECTION_BYTES + HEAD;

    private final Cuts cuts = new Cuts();
    private final AtomicLong nanos = new AtomicLong(5);
    private final PartialHeads halves = new PartialHeads(8 * EACH, cuts, nanos::get);

    /** A connection on which a later request has arrived in part. It gets no answer when it is cut. */
    private FakeConnection half() {
        FakeConnection connection = new FakeConnection();
        halves.grown(connection, HEAD, false);
        return connection;
    }

    @Test
    void countsEachHeadWithItsConnectionUntilItIsComplete() {
        FakeConnection connection = half();
        half();
        assertThat(halves.bytes()).isEqualTo(2L * EACH);

        halves.grown(connection, HEAD + 10, false);
        assertThat(halves.bytes()).isEqualTo(2L * EACH + 10);

        halves.ended(connection);
        assertThat(halves.bytes()).isEqualTo(EACH);
        halves.ended(connection);
        assertThat(halves.bytes()).isEqualTo(EACH);
    }

    @Test
    @DisplayName("S1 a head has ten seconds from its first byte, however often more of it comes")
    void cutsLateHeads() {
        FakeConnection first = half();
        FakeConnection second = half();
        nanos.addAndGet(PartialMessages.PATIENCE.toNanos());
        halves.grown(second, HEAD + 1, false);
        half();
        assertThat(halves.sweep()).isZero();

        nanos.incrementAndGet();

        assertThat(halves.sweep()).isEqualTo(2);
        assertThat(first.ends).containsExactly("close");
        assertThat(second.ends).containsExactly("close");
        assertThat(cuts.sum(Cuts.Reason.SLOW_SENDER)).isEqualTo(2);
        assertThat(halves.bytes()).isEqualTo(EACH);
    }

    @Test
    @DisplayName("S1 when all heads exceed their bound, those that have waited longest go, to seven eighths of it")
    void cutsTheOldestDownToSevenEighths() {
        List<FakeConnection> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            nanos.incrementAndGet();
            all.add(half());
        }
        assertThat(halves.bytes()).isEqualTo(8L * EACH);
        assertThat(all).allMatch(FakeConnection::isOpen);
        nanos.incrementAndGet();

        all.add(half());

        assertThat(all.subList(0, 2)).noneMatch(FakeConnection::isOpen);
        assertThat(all.subList(2, 9)).allMatch(FakeConnection::isOpen);
        assertThat(halves.bytes()).isEqualTo(7L * EACH);
        assertThat(cuts.sum(Cuts.Reason.HALF_RECEIVED)).isEqualTo(2);
        assertThat(cuts.sum(Cuts.Reason.SLOW_SENDER)).isZero();
    }

    @Test
    void forgetsConnectionsThatHaveEnded() {
        FakeConnection left = half();
        left.leave();

        assertThat(halves.sweep()).isZero();
        assertThat(halves.bytes()).isZero();
        halves.grown(left, HEAD, true);
        assertThat(halves.bytes()).isZero();
        assertThat(left.ends).isEmpty();
    }

    @Test
    void closesAllAtTheEnd() {
        FakeConnection connection = half();

        halves.end();

        assertThat(connection.ends).containsExactly("close");
        assertThat(halves.bytes()).isZero();
        halves.ended(connection);
        assertThat(halves.bytes()).isZero();
    }

    @Test
    void mayTakeAQuarterOfTheShareOfWhatIsHalfReceived() {
        PartialHeads byShare = new PartialHeads(cuts, nanos::get);
        FakeConnection most = new FakeConnection();
        int quarter = (int) (HeapShare.HALF_RECEIVED.bytes() / 4);
        byShare.grown(most, quarter - PartialHeads.CONNECTION_BYTES, false);
        assertThat(most.ends).isEmpty();

        byShare.grown(most, quarter - PartialHeads.CONNECTION_BYTES + 1, false);

        assertThat(most.ends).containsExactly("close");
    }
}
