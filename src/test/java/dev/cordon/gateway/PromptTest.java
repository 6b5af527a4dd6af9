package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What may be carried out by a thread that others wait for, and what must not (ADR 0008). */
class PromptTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestNode node = new TestNode();
    private final TestNode withRemoteKeys = new TestNode(Optional.of(URI.create("http://127.0.0.1:9/keys")));
    private final Queue<Runnable> handedOver = new ArrayDeque<>();

    @Test
    void aConnectMayHaveToWaitForKeysAndIsNotPrompt() {
        TestClient client = node.socket();
        assertThat(client.handler().prompt()).isFalse();

        client.connect(node.token("ann", HOUR));

        assertThat(client.handler().prompt()).isTrue();
    }

    @Test
    void nothingIsPromptWhileTheLogIsElsewhere() {
        TestClient ann = node.connected("ann");
        node.log.waits(true);
        assertThat(ann.handler().prompt()).isFalse();
    }

    @Test
    @DisplayName(
            "A refresh that may have to wait for keys is handed over; what came behind it waits for it, and is answered in order")
    void aRefreshIsHandedOver() {
        TestClient ann = withRemoteKeys.socket(handedOver::add);
        ann.connect(withRemoteKeys.token("ann", HOUR));
        handedOver.remove().run();
        ann.received();

        assertThat(ann.asks(
                        "{\"id\":2,\"refresh\":{\"token\":\"" + withRemoteKeys.token("ann", HOUR) + "\"}}",
                        "{\"id\":3,\"ping\":{}}"))
                .isEmpty();
        assertThat(ann.handler().prompt()).as("while it waits").isFalse();
        handedOver.remove().run();
        assertThat(ann.handler().prompt()).isTrue();

        assertThat(ann.received())
                .hasSize(2)
                .satisfies(replies -> assertThat(replies.get(0)).startsWith("{\"id\":2,\"refresh\":"))
                .satisfies(replies -> assertThat(replies.get(1)).startsWith("{\"id\":3,"));
    }

    @Test
    @DisplayName(
            "D2: a connect whose token may have to wait for keys does not hold the thread that reads; what came behind it waits")
    void aConnectIsHandedOver() {
        TestClient ann = withRemoteKeys.socket(handedOver::add);

        ann.connect(withRemoteKeys.token("ann", HOUR));
        assertThat(ann.asks("{\"id\":3,\"ping\":{}}")).isEmpty();
        handedOver.remove().run();

        assertThat(ann.received())
                .hasSize(2)
                .satisfies(replies -> assertThat(replies.get(0)).startsWith("{\"id\":1,\"connect\":"))
                .satisfies(replies -> assertThat(replies.get(1)).startsWith("{\"id\":3,"));
    }

    @Test
    @DisplayName(
            "D2: when too many wait for keys, a connect and a refresh are answered as temporary, on no server thread")
    void whatNobodyTakesIsTemporary() {
        AtomicBoolean full = new AtomicBoolean();
        TestClient ann = withRemoteKeys.socket(task -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        });
        ann.connect(withRemoteKeys.token("ann", HOUR));
        ann.received();
        full.set(true);

        assertThat(ann.asks("{\"id\":2,\"refresh\":{\"token\":\"forged\"}}"))
                .singleElement()
                .asString()
                .contains("\"code\":100")
                .contains("\"temporary\":true");
        TestClient bob = withRemoteKeys.socket(task -> {
            throw new RejectedExecutionException("full");
        });
        bob.connect(withRemoteKeys.token("bob", HOUR));
        assertThat(bob.received()).singleElement().asString().contains("\"code\":100");
        assertThat(bob.closedWith()).containsExactly(3011);
    }

    @Test
    void withoutRemoteKeysARefreshIsNotHandedOver() {
        TestClient ann = node.socket(handedOver::add);
        ann.connect(node.token("ann", HOUR));
        assertThat(ann.asks("{\"id\":2,\"refresh\":{\"token\":\"" + node.token("ann", HOUR) + "\"}}"))
                .hasSize(1);
        assertThat(handedOver).isEmpty();
    }
}
