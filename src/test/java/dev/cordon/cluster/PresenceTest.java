package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How many questions users may ask at once about their presence, so that there is room for others. */
class PresenceTest {
    private static final Channel ALICE = Channel.parse("#alice");

    private final TestNode node = new TestNode();
    private final FakeOtherNodes others = new FakeOtherNodes();
    private final Presence presence = new Presence("here", node.factory, others);

    @BeforeEach
    void open() {
        node.connect("alice", "s");
    }

    @Test
    @DisplayName("a user's second question is rejected while the first is under way; a back end's is not")
    void aUserAsksOneQuestionAtATime() {
        others.answers(Presence.KIND, "there", channel -> "{}");
        others.whenAsked = () -> {
            others.whenAsked = () -> {};
            assertThatThrownBy(() -> presence.askedByOwner(ALICE)).isInstanceOf(UnansweredException.class);
            assertThat(presence.of(ALICE)).hasSize(1);
        };

        assertThat(presence.askedByOwner(ALICE)).hasSize(1);
        assertThat(presence.askedByOwner(ALICE)).hasSize(1);
    }

    @Test
    void usersTogetherAskFewQuestionsAtATime() {
        others.answers(Presence.KIND, "there", channel -> "{}");
        AtomicInteger asked = new AtomicInteger();
        others.whenAsked = () -> {
            int user = asked.incrementAndGet();
            if (user < Presence.MAX_OF_OWNERS) {
                presence.askedByOwner(Channel.parse("#user" + user));
            } else {
                assertThatThrownBy(() -> presence.askedByOwner(Channel.parse("#late")))
                        .isInstanceOf(UnansweredException.class);
            }
        };

        presence.askedByOwner(ALICE);

        assertThat(asked.get()).isEqualTo(Presence.MAX_OF_OWNERS);
    }

    @Test
    void aNodeThatIsAloneIsNotBounded() {
        others.whenAsked = () -> {
            throw new AssertionError("nobody is there to be asked");
        };

        assertThat(presence.askedByOwner(ALICE)).hasSize(1);
    }
}
