package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Cuts;
import dev.cordon.heap.HeapShare;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UnreadAnswersTest {
    private static final int MAX = 1_000_000;

    private final Cuts cuts = new Cuts();
    private final UnreadAnswers unread = new UnreadAnswers(MAX, cuts);

    private FakeConnection waits(int bytes) {
        FakeConnection connection = new FakeConnection().waiting(bytes);
        unread.add(connection);
        return connection;
    }

    private void sweep(int times) {
        for (int i = 0; i < times; i++) {
            unread.sweep();
        }
    }

    private long cut() {
        return cuts.sum(Cuts.Reason.UNREAD_ANSWERS);
    }

    @Test
    void reportsTheBytesThatWaitAndTheirBound() {
        waits(1000);
        waits(234);

        assertThat(unread.bytes()).isEqualTo(1234);
        assertThat(unread.maxBytes()).isEqualTo(MAX);
        assertThat(new UnreadAnswers(cuts).maxBytes()).isEqualTo(HeapShare.ANSWERS.bytes());
    }

    @Test
    @DisplayName("S2 a connection that reads less than 8 KiB in ten seconds is cut")
    void cutsAConnectionThatReadsTooLittle() {
        FakeConnection connection = waits(50_000);
        sweep(1);
        connection.waiting(50_000 - UnreadAnswers.FLOOR + 1);
        sweep(UnreadAnswers.PATIENCE);
        assertThat(connection.ends).isEmpty();

        sweep(1);

        assertThat(connection.ends).containsExactly("cut");
        assertThat(cut()).isOne();
        assertThat(unread.bytes()).isZero();
    }

    @Test
    @DisplayName("S2 a connection that reads 8 KiB has ten more seconds for the next")
    void aConnectionThatReadsEnoughHasMoreTime() {
        FakeConnection connection = waits(50_000);
        sweep(1 + UnreadAnswers.PATIENCE);
        connection.waiting(50_000 - UnreadAnswers.FLOOR);
        sweep(1 + UnreadAnswers.PATIENCE);
        assertThat(connection.ends).isEmpty();

        sweep(1);

        assertThat(connection.ends).containsExactly("cut");
    }

    @Test
    void anAnswerThatIsAddedRaisesWhatMustBeRead() {
        FakeConnection connection = waits(50_000);
        sweep(1);
        connection.waiting(90_000);
        sweep(1);
        connection.waiting(90_000 - UnreadAnswers.FLOOR);
        sweep(1 + UnreadAnswers.PATIENCE);

        assertThat(connection.ends).isEmpty();
    }

    @Test
    void forgetsAConnectionThatHasReadAll() {
        FakeConnection connection = waits(50_000);
        sweep(UnreadAnswers.PATIENCE);
        connection.waiting(0);
        sweep(1);
        connection.waiting(50_000);
        assertThat(unread.bytes()).isZero();

        unread.add(connection);
        sweep(1 + UnreadAnswers.PATIENCE);

        assertThat(connection.ends).isEmpty();
    }

    @Test
    void forgetsAConnectionOnceToldThatAllIsRead() {
        FakeConnection connection = waits(50_000);
        sweep(1 + UnreadAnswers.PATIENCE);
        unread.read(connection);
        unread.add(connection);

        sweep(1);

        assertThat(connection.ends).isEmpty();
        assertThat(unread.bytes()).isEqualTo(50_000);
    }

    @Test
    void addingAConnectionAgainGivesItNoMoreTime() {
        FakeConnection connection = waits(50_000);
        sweep(1 + UnreadAnswers.PATIENCE);
        unread.add(connection);

        sweep(1);

        assertThat(connection.ends).containsExactly("cut");
    }

    @Test
    void takesAConnectionBackWhoseNextAnswerWasQueuedDuringTheSweep() {
        FakeConnection connection = waits(0);
        connection.waitingFromTheSecondLook(50_000);

        sweep(1);

        assertThat(unread.bytes()).isEqualTo(50_000);
    }

    @Test
    @DisplayName("S2 when all answers exceed their bound, the largest are cut until the others are within it")
    void cutsTheLargestUntilTheOthersAreWithinTheBound() {
        FakeConnection least = waits(300_000);
        FakeConnection large = waits(400_000);
        FakeConnection middle = waits(300_000);
        assertThat(unread.bytes()).isEqualTo(MAX);

        FakeConnection last = waits(350_000);

        assertThat(large.ends).containsExactly("cut");
        assertThat(least.ends).isEmpty();
        assertThat(middle.ends).isEmpty();
        assertThat(last.ends).isEmpty();
        assertThat(unread.bytes()).isEqualTo(950_000);
        assertThat(cut()).isOne();
    }

    @Test
    void cutsSeveralWhereOneIsNotEnough() {
        FakeConnection first = waits(300_000);
        FakeConnection second = waits(300_000).waiting(900_000);
        FakeConnection third = waits(10);
        assertThat(second.ends).containsExactly("cut");
        first.waiting(900_000);
        third.waiting(800_000);

        FakeConnection last = waits(400_000);

        assertThat(first.ends).containsExactly("cut");
        assertThat(third.ends).containsExactly("cut");
        assertThat(last.ends).isEmpty();
        assertThat(cut()).isEqualTo(3);
    }

    @Test
    @DisplayName("S3 a connection that has ended is not tracked, whether the server knows it or its channel only")
    void forgetsAConnectionThatHasEnded() throws IOException {
        FakeConnection left = waits(50_000);
        FakeConnection unnoticed = waits(50_000);
        left.leave();
        unnoticed.leaveUnnoticed();

        sweep(1);

        assertThat(unread.bytes()).isZero();
        assertThat(left.ends).isEmpty();
        assertThat(cut()).isZero();
        unread.add(left);
        unread.add(unnoticed);
        assertThat(unread.bytes()).isZero();
        assertThat(unnoticed.ends).containsExactly("cut");
    }

    @Test
    void cutsAllAtTheEndAndEachThatIsAddedLater() {
        FakeConnection before = waits(1000);

        unread.end();
        FakeConnection after = waits(1000);

        assertThat(before.ends).containsExactly("cut");
        assertThat(after.ends).containsExactly("cut");
        assertThat(unread.bytes()).isZero();
        assertThat(cut()).isZero();
    }
}
