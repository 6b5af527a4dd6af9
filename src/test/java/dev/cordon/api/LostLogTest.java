package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The server API over a log outside of the process, which appends in batches and may become unavailable. */
class LostLogTest {
    private final Remote remote = new Remote();
    private final ApiNode node = new ApiNode(remote::around);

    private static final class Remote implements ForwardingUserLog {
        private final List<Integer> together = new ArrayList<>();
        private boolean lost;
        private UserLog real = this;

        UserLog around(UserLog log) {
            real = log;
            return this;
        }

        @Override
        public UserLog log() {
            if (lost) {
                throw new LogUnavailableException("no answer");
            }
            return real;
        }

        @Override
        public int batch() {
            return 256;
        }

        @Override
        public Appended append(Channel channel, Payload payload) {
            together.add(1);
            return log().append(channel, payload);
        }

        @Override
        public List<Appended> appendAll(List<Append> appends) {
            together.add(appends.size());
            return appends.stream()
                    .map(append -> log().append(append.channel(), append.payload()))
                    .toList();
        }
    }

    @Test
    @DisplayName(
            "F21 every method that needs the log answers 503 while the log is unavailable, and a retry succeeds once it is back")
    void answers503WhileTheLogIsUnavailable() {
        remote.lost = true;

        for (String call : List.of(
                "publish {\"channel\":\"#a\",\"data\":1}",
                "broadcast {\"channels\":[\"#a\",\"b\"],\"data\":1}",
                "history {\"channel\":\"#a\"}",
                "history_remove {\"channel\":\"#a\"}",
                "info {}")) {
            Answer answer = node.call(call.substring(0, call.indexOf(' ')), call.substring(call.indexOf(' ') + 1));
            assertThat(answer.status()).as(call).isEqualTo(503);
            assertThat(ApiNode.text(answer))
                    .isEqualTo(
                            "{\"error\":{\"code\":108,\"message\":\"the log is not available: try again (no answer)\"}}");
        }
        assertThat(ApiNode.text(node.call(
                        "batch",
                        "{\"commands\":[{\"publish\":{\"channel\":\"#a\",\"data\":1}},"
                                + "{\"presence\":{\"channel\":\"#a\"}},{\"history\":{\"channel\":\"#a\"}}]}")))
                .containsSubsequence("\"code\":108", "{\"presence\":{\"presence\":{}}}", "\"code\":108");
        assertThat(node.requests.rejected(Rejected.LOG_UNAVAILABLE)).isEqualTo(7);

        remote.lost = false;
        assertThat(node.call("publish", "{\"channel\":\"#a\",\"data\":1}").status())
                .isEqualTo(200);
    }

    @Test
    void appendsABroadcastInOneBatch() {
        Client bob = node.client("bob", "s");
        remote.together.clear();

        String answer = ApiNode.text(
                node.call("broadcast", "{\"channels\":[\"#alice\",\"nobody\",\"#bob\",\"#bob\"],\"data\":7}"));

        assertThat(remote.together).containsExactly(3);
        assertThat(answer)
                .isEqualTo("{\"result\":{\"responses\":[{\"result\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":0}},"
                        + "{\"error\":{\"code\":107,\"message\":\"channel has no owner: it must be #user or topic#user\"}},"
                        + "{\"result\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":1}},"
                        + "{\"result\":{\"offset\":2,\"epoch\":\"e1\",\"connections\":1}}]}}");
        assertThat(bob.written).hasSize(1);
        assertThat(node.requests.rejected(Rejected.BAD_REQUEST)).isOne();
    }
}
