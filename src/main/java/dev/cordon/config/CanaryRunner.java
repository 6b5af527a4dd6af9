package dev.cordon.config;

import dev.cordon.canary.Address;
import dev.cordon.canary.Canary;
import dev.cordon.canary.CanaryReport;
import dev.cordon.endpoint.InnerGateway;
import dev.cordon.endpoint.ServerPlatform;
import dev.cordon.endpoint.TransportKind;
import dev.cordon.heap.OutOfMemory;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts and stops the canary's thread. */
final class CanaryRunner {
    private static final System.Logger LOG = System.getLogger(CanaryRunner.class.getName());
    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final Start start;
    private final CanaryStack stack;
    private final CanaryReport report;
    private final ServerPlatform platform;
    private @Nullable Canary canary;
    private @Nullable Thread thread;

    CanaryRunner(Start start, CanaryStack stack, CanaryReport report, ServerPlatform platform) {
        this.start = start;
        this.stack = stack;
        this.report = report;
        this.platform = platform;
    }

    /** @param contextPath of the application on this server */
    synchronized void start(String contextPath) {
        if (!start.canary().on()) {
            return;
        }
        if (start.transport() == TransportKind.CONTAINER) {
            LOG.log(Level.INFO, "No canary: it needs cordon.transport auto or servlet");
            return;
        }
        Optional<Address> address = address(contextPath);
        if (address.isEmpty()) {
            LOG.log(Level.WARNING, "No canary: this server does not report where it listens; set cordon.canary.url");
            return;
        }
        Canary made = stack.canary(() -> address, start.canary().interval(), report);
        Thread running = new Thread(OutOfMemory.endsAfter(made), "cordon-canary");
        running.setDaemon(true);
        running.start();
        canary = made;
        thread = running;
    }

    private Optional<Address> address(String contextPath) {
        return start.canary()
                .url()
                .or(() -> platform.listeners().stream()
                        .filter(listener -> !listener.secure())
                        .findFirst()
                        .map(listener -> URI.create(listener.reachedAt() + contextPath + "/")))
                .map(base -> Address.of(base, InnerGateway.HEADER));
    }

    /** Stops the canary before the drain, which need not wait for its users. Waits 2 s at most. */
    synchronized void stop() {
        Canary running = canary;
        Thread of = thread;
        if (running == null || of == null) {
            return;
        }
        running.stop();
        try {
            of.join(Duration.ofMillis(STOP_MILLIS).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
