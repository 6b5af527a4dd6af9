package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.LogLines;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** The bounds on what one request holds back and on the histories that it tells. */
class PublishBatchTest {
    private final ApiNode node = new ApiNode();
    private final PublishBatch batch = new PublishBatch(node.publisher);

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

    private void publish(int size) {
        batch.publish(Channel.personal(new UserId("42")), Payload.json("1".repeat(size)), Optional.empty());
    }

    @Test
    void holdsMessagesBackUntilTheyAre64Kilobytes() {
        Client client = node.client("42", "s");
        publish(PublishBatch.MAX_HELD_BYTES - 1);
        assertThat(client.written).isEmpty();

        publish(1);
        assertThat(client.written).isNotEmpty();
        client.written.clear();

        publish(PublishBatch.MAX_HELD_BYTES - 1);
        assertThat(client.written).isEmpty();
    }

    @Test
    void holdsNoMoreThan128MessagesBack() {
        Client client = node.client("42", "s");
        for (int i = 1; i < PublishBatch.MAX_HELD_MESSAGES; i++) {
            publish(1);
        }
        assertThat(client.written).isEmpty();

        publish(1);

        assertThat(client.written).isNotEmpty();
    }

    @Test
    void logsOneLineForAllMessagesOfARequestThatAreNotStored() {
        PublishBatch failing = new PublishBatch(new ApiNode(log -> new FailingLog(log, "42")).publisher);

        List<LogRecord> lines = LogLines.of(PublishBatch.class, () -> {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> failing.publish(
                                Channel.personal(new UserId("42")), Payload.json("1"), Optional.empty()))
                        .hasMessage("the message was not stored: try again");
            }
        });

        assertThat(lines).hasSize(1);
    }
}
