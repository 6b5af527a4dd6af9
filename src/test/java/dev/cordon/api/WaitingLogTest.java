package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.http.PlainPost;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The server API over a log that may wait: answers come later, and no thread of the caller waits. */
class WaitingLogTest {
    private static final String PUBLISH = "{\"channel\":\"#42\",\"data\":1}";
    private static final String DONE = "{\"result\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":0}}";

    private final Remote remote = new Remote();
    private final ApiNode node = new ApiNode(remote::around);
    private final PlainApi plain = new PlainApi(node.api, node.requests);
    private final List<Answer> answers = new ArrayList<>();

    /** A log whose appends and tasks wait for the test. */
    private static final class Remote implements ForwardingUserLog {
        private final CompletableFuture<List<Appended>> append = new CompletableFuture<>();
        private final List<Append> appends = new ArrayList<>();
        private final List<Runnable> tasks = new ArrayList<>();
        private boolean waits = true;
        private boolean busy;
        private UserLog real = this;

        UserLog around(UserLog log) {
            real = log;
            return this;
        }

        @Override
        public UserLog log() {
            return real;
        }

        @Override
        public boolean waits() {
            return waits;
        }

        @Override
        public CompletionStage<List<Appended>> appendLater(List<Append> some) {
            appends.addAll(some);
            return append;
        }

        @Override
        public void patiently(Runnable task) {
            if (busy) {
                throw new LogUnavailableException("too many wait");
            }
            tasks.add(task);
        }

        void completes() {
            append.complete(appends.stream()
                    .map(one -> real.append(one.channel(), one.payload()))
                    .toList());
        }
    }

    private static ApiRequest request(String method, String json) {
        return new ApiRequest(
                        method,
                        Optional.of(ApiNode.KEY),
                        Optional.empty(),
                        Optional.empty(),
                        json.length(),
                        java.io.InputStream.nullInputStream())
                .with(json.getBytes(StandardCharsets.UTF_8));
    }

    private void later(String method, String json) {
        node.api.answerLater(request(method, json), answers::add);
    }

    private String only() {
        assertThat(answers).hasSize(1);
        return ApiNode.text(answers.get(0));
    }

    @Test
    @DisplayName("D3 a publish is answered once the log has stored it, and counts as one request and one command")
    void answersAPublishOnceItIsStored() {
        later("publish", PUBLISH);
        assertThat(answers).isEmpty();
        assertThat(remote.tasks).isEmpty();

        remote.completes();

        assertThat(only()).isEqualTo(DONE);
        assertThat(answers.get(0).status()).isEqualTo(200);
        assertThat(node.requests.requests.sum()).isOne();
        assertThat(node.requests.commands.sum()).isOne();
    }

    @Test
    @DisplayName("F21 a publish that the log does not store is answered with 503")
    void answersAPublishThatIsNotStoredWith503() {
        later("publish", PUBLISH);

        remote.append.completeExceptionally(new LogUnavailableException("no answer"));

        assertThat(only()).contains("\"code\":108", "(no answer)");
        assertThat(answers.get(0).status()).isEqualTo(503);
        assertThat(node.requests.rejected(Rejected.LOG_UNAVAILABLE)).isOne();
    }

    @Test
    void rejectsAPublishThatIsMalformedAtOnce() {
        later("publish", "{");

        assertThat(only()).contains("\"code\":107");
        assertThat(remote.appends).isEmpty();
        assertThat(node.requests.requests.sum()).isOne();
    }

    @Test
    @DisplayName("D3 a publish that skips the history may wait for other nodes, and does so on a thread of the log")
    void runsAPublishThatSkipsTheHistoryOnAThreadOfTheLog() {
        later("publish", "{\"channel\":\"#42\",\"data\":1,\"skip_history\":true}");
        assertThat(answers).isEmpty();

        remote.tasks.get(0).run();

        assertThat(only()).isEqualTo("{\"result\":{\"connections\":0}}");
        assertThat(remote.appends).isEmpty();
        assertThat(node.requests.requests.sum()).isOne();
        assertThat(node.requests.commands.sum()).isOne();
    }

    @Test
    void rejectsAPublishThatSkipsTheHistoryWhenTooManyWait() {
        remote.busy = true;

        later("publish", "{\"channel\":\"#42\",\"data\":1,\"skip_history\":true}");

        assertThat(only()).contains("\"code\":108", "(too many wait)");
    }

    @Test
    @DisplayName("D3 other methods run on a thread of the log")
    void runsOtherMethodsOnAThreadOfTheLog() {
        later("history", "{\"channel\":\"#42\"}");
        assertThat(answers).isEmpty();

        remote.tasks.get(0).run();

        assertThat(only()).contains("\"publications\"");
        assertThat(node.requests.requests.sum()).isOne();
    }

    @Test
    @DisplayName("F21 a method for which the log has no thread is answered with 503 and counted")
    void answers503WhereTheLogHasNoThread() {
        remote.busy = true;

        later("history", "{\"channel\":\"#42\"}");

        assertThat(only()).contains("\"code\":108", "(too many wait)");
        assertThat(node.requests.requests.sum()).isOne();
    }

    @Test
    void answersAtOnceWhereTheLogDoesNotWait() {
        remote.waits = false;

        later("publish", PUBLISH);

        assertThat(only()).isEqualTo(DONE);
        assertThat(remote.appends).isEmpty();
    }

    @Test
    @DisplayName("D3 on the direct way, too, an answer comes later")
    void answersLaterOnTheDirectWay() {
        byte[] request = ("POST /api/publish HTTP/1.1\r\nHost: a\r\nX-API-Key: " + ApiNode.KEY + "\r\nContent-Length: "
                        + PUBLISH.length() + "\r\n\r\n" + PUBLISH)
                .getBytes(StandardCharsets.UTF_8);
        List<String> sent = new ArrayList<>();
        assertThat(plain.waits()).isTrue();

        plain.answerLater(
                PlainPost.read(request, request.length).orElseThrow(),
                request,
                answer -> sent.add(new String(answer, StandardCharsets.UTF_8)));
        assertThat(sent).isEmpty();
        remote.completes();

        assertThat(sent)
                .singleElement()
                .asString()
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\n" + DONE);
        assertThat(node.requests.shortcuts.sum()).isOne();
        remote.waits = false;
        assertThat(plain.waits()).isFalse();
    }
}
