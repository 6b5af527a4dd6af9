package dev.cordon.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Limits;
import dev.cordon.protocol.Disconnect;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Frames that were read at once, from a log that takes publications one by one. */
class ReadTogetherTest {
    private static final int FIRST = 2;

    private final TestNode node = new TestNode();
    private final TestClient bob = node.connected("bob");
    private final TestClient backEnd = node.connected("back-end", "publisher");

    private void publish(int id) {
        backEnd.sends("{\"id\":" + id + ",\"publish\":{\"channel\":\"#bob\",\"data\":" + id + "}}");
    }

    private static List<String> answers(int until) {
        return IntStream.rangeClosed(FIRST, until)
                .mapToObj(id -> "{\"id\":" + id + ",\"publish\":{}}")
                .toList();
    }

    @Test
    void theirAnswersLeaveInOneWriteAndWhatTheyPublishAtOnce() {
        int before = backEnd.wire().writes();
        backEnd.handler().begin();
        for (int id = FIRST; id <= 9; id++) {
            publish(id);
            assertThat(bob.received()).as("message " + id).hasSize(1);
        }
        assertThat(backEnd.wire().writes()).isEqualTo(before);

        backEnd.handler().end();

        assertThat(backEnd.wire().writes()).isEqualTo(before + 1);
        assertThat(backEnd.received()).isEqualTo(answers(9));
    }

    @Test
    void whatComesBehindThemIsAnsweredAtOnce() {
        backEnd.handler().begin();
        backEnd.handler().end();

        publish(FIRST);

        assertThat(backEnd.received()).isEqualTo(answers(FIRST));
    }

    @Test
    void theyAreAnsweredBeforeTheirClientIsLost() {
        backEnd.handler().begin();
        publish(FIRST);

        backEnd.handler().ended(Disconnect.NORMAL);

        assertThat(backEnd.received()).isEqualTo(answers(FIRST));
        assertThat(backEnd.closedWith()).containsExactly(Disconnect.NORMAL.code());
    }

    @Test
    void theyAreAnsweredBeforeAFrameThatEndsTheConnection() {
        backEnd.handler().begin();
        publish(FIRST);

        backEnd.sends("nonsense");

        assertThat(backEnd.received()).isEqualTo(answers(FIRST));
        assertThat(backEnd.closedWith()).containsExactly(Disconnect.BAD_REQUEST.code());
    }

    @Test
    void theyAreAnsweredBeforeACommandThatEndsTheConnection() {
        backEnd.handler().begin();
        publish(FIRST);

        backEnd.sends("{\"id\":9,\"refresh\":{\"token\":\"nonsense\"}}");

        assertThat(backEnd.received()).isEqualTo(answers(FIRST));
        assertThat(backEnd.closedWith()).containsExactly(Disconnect.INVALID_TOKEN.code());
    }

    @Test
    void theyAreAnsweredBeforeASecondConnect() {
        backEnd.handler().begin();
        publish(FIRST);

        backEnd.connect("nonsense");

        assertThat(backEnd.received()).isEqualTo(answers(FIRST));
        assertThat(backEnd.closedWith()).containsExactly(Disconnect.BAD_REQUEST.code());
    }

    @Test
    void moreAnswersThanMayWaitLeaveBefore() {
        int most = Limits.DEFAULTS.queueMaxMessages();
        backEnd.handler().begin();
        for (int id = FIRST; id <= FIRST + most; id++) {
            backEnd.sends("{\"id\":" + id + ",\"ping\":{}}");
        }
        backEnd.handler().end();

        assertThat(backEnd.received()).hasSize(most + 1);
        assertThat(backEnd.closedWith()).isEmpty();
    }
}
