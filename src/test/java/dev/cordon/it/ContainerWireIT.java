package dev.cordon.it;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The wire with the container's own engine: the portable fallback ({@code cordon.transport=container}). */
class ContainerWireIT extends WireContract {
    private static @Nullable MicroServer server;

    @BeforeAll
    static void start() {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_TRANSPORT", "container");
        settings.put("CORDON_CONNECT_RATE_PER_ADDRESS", "0");
        settings.put("CORDON_CONNECT_RATE_PER_USER", "0");
        server = MicroServer.start(settings, "-Xmx512m").ready();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static MicroServer server() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    @Override
    Cordon cordon() {
        return new Cordon(server().base());
    }

    /** A5: the container's engine knows nothing of these three. */
    @Override
    int answerTo(int closeCode) {
        return closeCode >= 1012 && closeCode <= 1014 ? 1000 : closeCode;
    }

    /** A4: the container closes at once. */
    @Override
    boolean lingers() {
        return false;
    }

    @Override
    String log() {
        return server().log();
    }
}
