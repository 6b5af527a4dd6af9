package dev.cordon.it;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server that all tests of one class share: in production mode, with limits on the rate of handshakes only where the class sets them. */
final class OwnServer implements BeforeAllCallback, AfterAllCallback {
    private final Map<String, String> settings;
    private @Nullable MicroServer server;
    /** The classes that use it now: the one that declares it, and one nested in that. */
    private int users;

    private OwnServer(Map<String, String> settings) {
        this.settings = settings;
    }

    /** @param settings as {@code CORDON_…}, beside the keys of the tests; they win over what this class sets */
    static OwnServer with(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Cordon.production());
        all.put("CORDON_CONNECT_RATE_PER_ADDRESS", "0");
        all.put("CORDON_CONNECT_RATE_PER_USER", "0");
        all.putAll(settings);
        return new OwnServer(all);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (users++ == 0) {
            server = MicroServer.start(settings, "-Xmx512m").ready();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--users == 0 && server != null) {
            server.close();
        }
    }

    private MicroServer server() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    Cordon cordon() {
        return new Cordon(server().base());
    }

    /** What the server has written so far. */
    String log() {
        return server().log();
    }
}
