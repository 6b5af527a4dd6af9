package dev.cordon.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Appended;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.UserLog;
import dev.cordon.manager.HandTime;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.publish.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class IsolationCheckTest {
    private final TestNode node = new TestNode();

    @Test
    void failsWhenMessagesDoNotArrive() {
        TestNode elsewhere = new TestNode();
        Publisher astray = new Publisher(node.log, elsewhere.factory, node.idempotency, node.published, node.time);

        var result = new IsolationCheck(node.factory, astray, node.log, node.time, node.time).run();

        assertThat(result).containsEntry("ok", false);
        assertThat(String.valueOf(result.get("findings"))).contains("found=0").contains("expected=200");
    }

    @Test
    void failsWhenUsersReceiveTheMessagesOfOthers() {
        Publisher mixed = new Publisher(new MixingLog(), node.factory, node.idempotency, node.published, node.time);

        var result = new IsolationCheck(node.factory, mixed, node.log, node.time, node.time).run();

        assertThat(result).containsEntry("ok", false);
        assertThat(result.get("findings"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .contains(Map.of("what", "messages of others received", "found", 200, "expected", 0, "ok", false));
    }

    /** Stores for each user what was published for the one before. */
    private final class MixingLog implements ForwardingUserLog {
        private Payload before = Payload.json("{\"check\":\"another\"}");

        @Override
        public UserLog log() {
            return node.log;
        }

        @Override
        public Appended append(Channel channel, Payload payload) {
            Payload mixed = before;
            before = payload;
            return node.log.append(channel, mixed);
        }
    }

    @Test
    void writesToEachUserThatItIsConnectedBeforeTheFirstMessage() {
        List<Integer> waiting = new ArrayList<>();
        Publisher watched = new Publisher(
                new WatchedLog(() -> node.factory.connections().forEach(each -> waiting.add(each.queuedMessages()))),
                node.factory,
                node.idempotency,
                node.published,
                node.time);

        new IsolationCheck(node.factory, watched, node.log, node.time, node.time).run();

        assertThat(waiting.subList(0, IsolationCheck.USERS)).containsOnly(0);
    }

    /** Runs an action before each append. */
    private final class WatchedLog implements ForwardingUserLog {
        private final Runnable before;

        WatchedLog(Runnable before) {
            this.before = before;
        }

        @Override
        public UserLog log() {
            return node.log;
        }

        @Override
        public Appended append(Channel channel, Payload payload) {
            before.run();
            return node.log.append(channel, payload);
        }
    }

    @Test
    void tellsInSecondsHowLongItTook() {
        HandTime watch = new HandTime();
        watch.passing(Duration.ofSeconds(3));

        var result = new IsolationCheck(node.factory, node.publisher, node.log, node.time, watch).run();

        assertThat(result).containsEntry("took_seconds", 3.0);
    }

    @Test
    void leavesNothingBehind() {
        new IsolationCheck(node.factory, node.publisher, node.log, node.time, node.time).run();

        assertThat(node.factory.stats().connections()).isZero();
        assertThat(node.factory.stats().users()).isZero();
        assertThat(node.log.stats().publications()).isZero();
    }
}
