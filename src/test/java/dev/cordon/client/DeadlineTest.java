package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call ends by its deadline, whatever the node does. */
@Timeout(60)
class DeadlineTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LATE = Duration.ofSeconds(3);

    @Test
    void endsByTheDeadlineBeforeASilentNode() throws IOException {
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> FakeNode.SILENT);
                CordonClient client = node.client().build()) {
            long from = System.nanoTime();

            assertThatThrownBy(() -> client.call(new Publish("#bob", "1"), SHORT))
                    .isInstanceOfSatisfying(DeadlineException.class, failure -> {
                        assertThat(failure.retryMayHelp()).isTrue();
                        assertThat(failure.mayBeCarriedOut()).isTrue();
                        assertThat(failure.idempotencyKey()).isPresent();
                    });

            assertThat(Duration.ofNanos(System.nanoTime() - from)).isBetween(SHORT, LATE);
        }
    }

    @Test
    void endsWhatWaitsBehindARequestThatHangs() throws IOException {
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> FakeNode.SILENT);
                CordonClient client = node.client()
                        .connections(1)
                        .attemptTimeout(Duration.ofMinutes(1))
                        .deadline(Duration.ofMinutes(1))
                        .build()) {
            CompletableFuture<PublishResult> first = client.publishAsync("#bob", "1");
            List<CompletableFuture<PublishResult>> waiting = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                waiting.add(client.send(new Publish("#bob", "2"), SHORT));
            }

            for (CompletableFuture<PublishResult> each : waiting) {
                assertThatThrownBy(each::join).hasCauseInstanceOf(DeadlineException.class);
            }
            assertThat(first).isNotDone();
        }
    }

    @Test
    void endsByTheDeadlineWhenTheNodeDoesNotRead() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CordonClient client = CordonClient.builder()
                        .nodes("http://127.0.0.1:" + deaf.getLocalPort())
                        .apiKey("key")
                        .build()) {
            String large = "\"" + "x".repeat(7_000_000) + "\"";

            assertThatThrownBy(() -> client.call(new Publish("#bob", large), SHORT))
                    .isInstanceOf(DeadlineException.class);
        }
    }

    @Test
    void triesAgainWhenAnAttemptHangs() throws IOException {
        try (FakeNode node = FakeNode.first(FakeNode.SILENT);
                CordonClient client = node.client().attemptTimeout(SHORT).build()) {
            assertThat(client.publish("#bob", "1").offset()).isEqualTo(1);
            assertThat(node.methods()).hasSize(2);
        }
    }

    @Test
    void saysThatNobodyAnswers() throws IOException {
        int port = LoopbackPorts.free();
        try (CordonClient client = CordonClient.builder()
                .nodes("http://127.0.0.1:" + port)
                .apiKey("key")
                .deadline(SHORT)
                .build()) {
            assertThatThrownBy(() -> client.publish("#bob", "1"))
                    .isInstanceOfAny(UnavailableException.class, DeadlineException.class)
                    .hasMessageContaining("http://127.0.0.1:" + port + ": Connection refused")
                    .satisfies(failure -> assertThat(((CordonException) failure).mayBeCarriedOut())
                            .isFalse());
        }
    }

    @Test
    void doesNotSendWhatWasCancelled() throws IOException {
        try (FakeNode node = FakeNode.first(FakeNode.SILENT);
                CordonClient client =
                        node.client().connections(1).attemptTimeout(SHORT).build()) {
            CompletableFuture<PublishResult> first = client.publishAsync("#bob", "1");
            CompletableFuture<PublishResult> second = client.publishAsync("#bob", "2");

            second.cancel(false);

            first.join();
            assertThatThrownBy(second::join).isInstanceOf(CancellationException.class);
            client.publish("#bob", "3");
            assertThat(node.log().of("#bob")).containsExactly("1", "3");
            // The room is given back behind the answer.
            Awaitility.await().until(() -> client.pending() == 0);
        }
    }

    @Test
    void rejectsADeadlineThatOutlivesIdempotencyKeys() throws IOException {
        try (FakeNode node = FakeNode.first();
                CordonClient client = node.client().build()) {
            assertThatThrownBy(() -> client.call(new Publish("#bob", "1"), Duration.ofMinutes(5)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void rejectsABlockingCallInACallback() throws IOException {
        // The answer comes behind the callback's being there: else the callback runs on this thread.
        try (FakeNode node = FakeNode.first(FakeNode.SILENT);
                CordonClient client = node.client().attemptTimeout(SHORT).build()) {
            CompletableFuture<PublishResult> chained =
                    client.publishAsync("#bob", "1").thenApply(stored -> client.publish("#bob", "2"));

            assertThatThrownBy(chained::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void endsABlockingCallThatIsInterrupted() throws IOException, InterruptedException {
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> FakeNode.SILENT);
                CordonClient client = node.client().build()) {
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                try {
                    client.publish("#bob", "1");
                } catch (CordonException e) {
                    failure.complete(
                            Thread.currentThread().isInterrupted() ? e : new AssertionError("not interrupted"));
                }
            });
            caller.start();

            caller.interrupt();

            assertThat(failure.join()).isInstanceOf(InterruptedCallException.class);
            caller.join();
        }
    }
}
