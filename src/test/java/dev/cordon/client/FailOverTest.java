package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.client.FakeNode.Behaviour;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several nodes with one log, of which some fail. */
@Timeout(60)
class FailOverTest {
    static List<Behaviour> faults() {
        return List.copyOf(RetryTest.FAULTS.values());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void asksTheOtherNodeAtOnce(Behaviour fault) throws IOException {
        FakeNode.Log log = new FakeNode.Log();
        try (FakeNode bad = new FakeNode(log, n -> fault);
                FakeNode good = new FakeNode(log, n -> FakeNode.ANSWER);
                CordonClient client =
                        of(bad, good).deadline(Duration.ofSeconds(30)).build()) {
            for (int i = 0; i < 50; i++) {
                client.publish("#user" + i % 4, Integer.toString(i));
            }

            int stored = 0;
            for (int i = 0; i < 4; i++) {
                stored += log.of("#user" + i).size();
            }
            assertThat(stored).isEqualTo(50);
            // The pauses grow: it is not asked each time.
            assertThat(bad.methods().size()).isBetween(1, 25);
        }
    }

    @Test
    void survivesANodeThatEndsUnderLoad() throws IOException {
        FakeNode.Log log = new FakeNode.Log();
        List<CompletableFuture<PublishResult>> results = new ArrayList<>();
        try (FakeNode other = new FakeNode(log, n -> FakeNode.ANSWER);
                FakeNode ends = new FakeNode(log, n -> FakeNode.ANSWER);
                CordonClient client =
                        of(ends, other).deadline(Duration.ofSeconds(30)).build()) {
            for (int i = 0; i < 2_000; i++) {
                results.add(client.publishAsync("#user" + i % 4, Integer.toString(i)));
                if (i == 1_000) {
                    results.get(500).join();
                    ends.end();
                }
            }
            results.forEach(CompletableFuture::join);

            for (int user = 0; user < 4; user++) {
                List<String> expected = new ArrayList<>();
                for (int i = user; i < 2_000; i += 4) {
                    expected.add(Integer.toString(i));
                }
                assertThat(log.of("#user" + user)).isEqualTo(expected);
            }
        }
    }

    private static CordonClientBuilder of(FakeNode... nodes) {
        List<String> addresses = new ArrayList<>();
        for (FakeNode node : nodes) {
            addresses.add(node.address());
        }
        return CordonClient.builder().nodes(addresses.toArray(String[]::new)).apiKey("key");
    }
}
