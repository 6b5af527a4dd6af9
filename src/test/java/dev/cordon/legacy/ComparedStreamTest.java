package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.legacy.Divergence.Cause;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparedStreamTest {
    private static final long LATE = ComparedStream.LATE.toNanos();
    private static final long LOST = ComparedStream.LOST.toNanos();

    private final List<Cause> causes = new ArrayList<>();
    private final ComparedStream stream =
            new ComparedStream(new UserId("alice"), new RecentSends(), true, (cause, from) -> causes.add(cause));

    /** Expects a message that is sent at the time 0, from one step of the user's sendings to another. */
    private void expect(String payload, long begun, long ended) {
        Sent sent = new Sent(Sent.digest(payload), 0, begun);
        sent.ended = ended;
        stream.expect(sent, true);
    }

    @Test
    void aMessageIsLateBeyondASecondAndLostBeyondThirty() {
        expect("1", 1, 2);
        expect("2", 3, 4);
        expect("3", 5, 6);

        stream.received("1", LATE);
        assertThat(causes).isEmpty();
        stream.received("2", LATE + 1);
        assertThat(causes).containsExactly(Cause.LATE);
        stream.settle(LOST);
        assertThat(causes).containsExactly(Cause.LATE);
        stream.settle(LOST + 1);
        assertThat(causes).containsExactly(Cause.LATE, Cause.LOST);
    }

    @Test
    void onlyASendingThatReturnedBeforeTheOtherBeganHasToComeFirst() {
        expect("ended at 2", 1, 2);
        expect("ended at 3", 1, 3);
        expect("begun at 3", 3, 4);
        stream.received("begun at 3", 0);

        stream.received("ended at 3", 0);
        assertThat(causes).isEmpty();
        stream.received("ended at 2", 0);

        assertThat(causes).containsExactly(Cause.REORDERED);
    }

    @Test
    void atTheEndOnlyWhatHadItsSecondOrWasOvertakenIsLost() {
        expect("overtaken", 1, 2);
        expect("overlaps", 1, 3);
        expect("came", 3, 4);
        stream.received("came", 0);

        stream.end(LATE);

        assertThat(causes).containsExactly(Cause.LOST);
    }

    @Test
    void whatTheEndHasJudgedIsNotJudgedAgain() {
        expect("1", 1, 2);
        stream.end(LATE + 1);

        stream.settle(LOST + 1);

        assertThat(causes).containsExactly(Cause.LOST);
    }

    @Test
    void aMessageThatCameLateIsDuplicatedWhenItComesAgain() {
        expect("1", 1, 2);
        stream.settle(LOST + 1);
        stream.received("1", LOST + 2);

        stream.received("1", LOST + 3);

        assertThat(causes).containsExactly(Cause.LOST, Cause.LATE, Cause.DUPLICATED);
    }

    @Test
    void remembersABoundedNumberOfMessagesThatCame() {
        for (int i = 0; i <= ComparedStream.MAX_PAST; i++) {
            expect("message " + i, i, i);
            stream.received("message " + i, 0);
        }

        stream.received("message 1", 0);
        stream.received("message 0", 0);

        assertThat(causes).containsExactly(Cause.DUPLICATED, Cause.UNASKED);
    }
}
