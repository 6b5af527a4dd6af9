package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.protocol.Disconnect;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HandlersEndTest {
    private static final int CONNECTIONS = 600;

    private final TestNode node = new TestNode();

    @Test
    @DisplayName("F12 a handler belongs to its connection and dies with it")
    void nothingRefersToAHandlerWhoseConnectionHasEnded() {
        List<WeakReference<CommandHandler>> handlers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            handlers.add(served("user" + i % 50, i % 2 == 0));
        }

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            System.gc();
            assertThat(handlers.stream().filter(handler -> handler.get() != null))
                    .isEmpty();
        });
        assertThat(node.factory.connections()).isEmpty();
    }

    private WeakReference<CommandHandler> served(String user, boolean byTheServer) {
        TestClient client = node.connected(user);
        client.sends("{\"id\":2,\"subscribe\":{\"channel\":\"t#" + user + "\"}}");
        if (byTheServer) {
            client.connection().close(Disconnect.FORCE_RECONNECT);
        } else {
            client.handler().ended(Disconnect.NORMAL);
        }
        return new WeakReference<>(client.handler());
    }
}
