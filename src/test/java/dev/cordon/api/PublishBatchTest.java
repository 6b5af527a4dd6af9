package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The bound on the total size of the histories of one request. */
class PublishBatchTest {
    private final PublishBatch batch = new PublishBatch(new ApiNode().publisher);

    @Test
    void acceptsASingleHistoryLargerThanTheBound() {
        assertThatCode(() -> {
                    batch.checkRoomToTell();
                    batch.tells(PublishBatch.MAX_TOLD_BYTES + 1);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void rejectsEachFurtherHistoryBeyondTheBoundUnlessItIsEmpty() {
        batch.tells(PublishBatch.MAX_TOLD_BYTES + 1);

        assertThatThrownBy(batch::checkRoomToTell).hasMessageContaining("ask for this one in another request");
        assertThatThrownBy(() -> batch.tells(1)).isInstanceOf(RejectedException.class);
        assertThatCode(() -> batch.tells(0)).doesNotThrowAnyException();
    }

    @Test
    void acceptsHistoriesUntilTheBoundIsReached() {
        batch.tells(PublishBatch.MAX_TOLD_BYTES - 1);

        assertThatCode(batch::checkRoomToTell).doesNotThrowAnyException();
        assertThatCode(() -> batch.tells(1)).doesNotThrowAnyException();
        assertThatThrownBy(batch::checkRoomToTell).isInstanceOf(RejectedException.class);
    }
}
