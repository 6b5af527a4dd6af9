package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client holds no more than it may; and what becomes of that when it is closed. */
@Timeout(60)
class BoundsTest {
    @Test
    void failsFuturesAtOnceWhenItIsFull() throws IOException {
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> FakeNode.SILENT);
                CordonClient client = node.client()
                        .pending(10, 1 << 20)
                        .closeTimeout(Duration.ofMillis(1))
                        .build()) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.publishAsync("#bob", "1")).isNotDone();
            }

            CompletableFuture<PublishResult> eleventh = client.publishAsync("#bob", "1");

            assertThat(eleventh).isCompletedExceptionally();
            assertThatThrownBy(eleventh::join)
                    .hasCauseInstanceOf(OverloadedException.class)
                    .hasMessageContaining("10 of 10 commands");
            assertThat(client.pending()).isEqualTo(10);
        }
    }

    @Test
    void boundsBytes() throws IOException {
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> FakeNode.SILENT);
                CordonClient client = node.client()
                        .pending(1000, 5_000)
                        .closeTimeout(Duration.ofMillis(1))
                        .build()) {
            String data = "\"" + "x".repeat(3_000) + "\"";
            assertThat(client.publishAsync("#bob", data)).isNotDone();

            assertThatThrownBy(() -> client.publishAsync("#bob", data).join())
                    .hasCauseInstanceOf(OverloadedException.class);
        }
    }

    @Test
    void blockingCallsWaitForRoom() throws IOException {
        CountDownLatch answer = new CountDownLatch(1);
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> request -> {
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return FakeNode.ANSWER.serve(request);
                });
                CordonClient client = node.client().pending(1, 1 << 20).build()) {
            CompletableFuture<PublishResult> first = client.publishAsync("#bob", "1");
            assertThatThrownBy(() -> client.call(new Publish("#bob", "2"), Duration.ofMillis(50)))
                    .isInstanceOf(OverloadedException.class);
            CompletableFuture<PublishResult> second = CompletableFuture.supplyAsync(() -> client.publish("#bob", "3"));

            answer.countDown();

            assertThat(first.join().offset()).isEqualTo(1);
            assertThat(second.join().offset()).isEqualTo(2);
        }
    }

    @Test
    void closeWaitsForAnswers() throws IOException {
        List<CompletableFuture<PublishResult>> results = new ArrayList<>();
        try (FakeNode node = FakeNode.first(FakeNode.status(503, 0), FakeNode.STORE_AND_CLOSE)) {
            try (CordonClient client = node.client().build()) {
                for (int i = 0; i < 500; i++) {
                    results.add(client.publishAsync("#user" + i % 5, "1"));
                }
            }
            assertThat(results).allMatch(result -> result.isDone() && !result.isCompletedExceptionally());
        }
    }

    @Test
    void closeFailsWhatHasNoAnswerInTime() throws IOException {
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> FakeNode.SILENT)) {
            CordonClient client = node.client()
                    .closeTimeout(Duration.ofMillis(200))
                    .connections(1)
                    .build();
            CompletableFuture<PublishResult> sent = client.publishAsync("#bob", "1");
            CompletableFuture<PublishResult> waiting = client.publishAsync("#bob", "2");

            client.close();

            for (CompletableFuture<PublishResult> each : List.of(sent, waiting)) {
                assertThatThrownBy(each::join).hasCauseInstanceOf(ClosedException.class);
            }
            assertThatThrownBy(() -> client.publish("#bob", "3")).isInstanceOf(ClosedException.class);
        }
    }
}
