package dev.cordon.validation;

import dev.cordon.LoopbackPorts;
import dev.cordon.validation.Figure.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The built WAR on Payara Micro: published over HTTP, received over WebSockets, then the server's own figures. */
final class EndToEnd {
    private static final String CHECKS = "cordon_isolation_checks_total";
    private static final int USERS = 50;
    private static final int WARM_UP = 3_000;
    private static final int MESSAGES = 2_000;
    private static final long PACE_NANOS = 5_000_000;

    private final Run run;
    private final Ledger ledger = new Ledger();
    private final AtomicLong recordFrom = new AtomicLong(Long.MAX_VALUE);

    EndToEnd(Run run) {
        this.run = run;
    }

    Section measure() {
        try (Server server = Server.start(
                run.options().out(), LoopbackPorts.take(run.options().port(), "validate.port"))) {
            List<WebSocket> sockets = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                sockets.add(Browser.open(server, "user-" + i, ledger, recordFrom));
            }
            publish(server, WARM_UP, 0);
            recordFrom.set(System.nanoTime());
            publish(server, MESSAGES, PACE_NANOS);
            awaitAll();
            awaitCounters(server);
            Section section = section(server);
            sockets.forEach(WebSocket::abort);
            return section;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void publish(Server server, int messages, long pace) throws IOException {
        long due = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            due += pace;
            while (pace > 0 && System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            // Numbers above 2^53 would lose digits in a browser; this client reads them as they are.
            server.publish("#user-" + i % USERS, "{\"at\":" + (pace > 0 ? due : System.nanoTime()) + "}");
        }
    }

    private void awaitAll() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (ledger.received.sum() < WARM_UP + MESSAGES && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** The exported counters are brought up to date twice a second. */
    private static void awaitCounters(Server server) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (server.metric(CHECKS, "") < WARM_UP + MESSAGES && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private Section section(Server server) throws IOException {
        run.count(ledger);
        double checks = server.metric(CHECKS, "");
        return new Section("End to end on Payara Micro")
                .text(
                        ("%d users with a WebSocket each; a back end publishes over HTTP, one message every 5 ms, after %,d to warm up."
                                        + " The client's time runs from when a message was due to be published to its arrival, HTTP and both ends'"
                                        + " sockets included; client and server share this machine. The server's own times are from /metrics and"
                                        + " cover its last 30 to 60 seconds, warm-up included.")
                                .formatted(USERS, WARM_UP))
                .table(new Table("time", "µs")
                        .row(
                                "due to be published → at the client",
                                Distribution.micros(ledger.latency()).text())
                        .row("accepted → handed to the socket, by the server", quantiles(server, "delivery"))
                        .row("manager creation, by the server", quantiles(server, "manager_creation")))
                .verdict(Verdict.exactly("server-lost", "messages lost", WARM_UP + MESSAGES - ledger.received.sum(), 0))
                .verdict(Verdict.exactly("server-order", "messages out of order", ledger.disorder.sum(), 0))
                .verdict(Verdict.exactly(
                        "server-violations",
                        "cordon_violations_total, of %,.0f owner checks".formatted(checks),
                        (long) server.metric("cordon_violations_total", ""),
                        0))
                .verdict(Verdict.atMost(
                        "server-checks",
                        "deliveries without an owner check",
                        Math.max(0, WARM_UP + MESSAGES - checks),
                        0,
                        ""))
                .verdict(Verdict.exactly(
                        "server-failed-creations",
                        "cordon_failed_creations_total",
                        (long) server.metric("cordon_failed_creations_total", ""),
                        0))
                .verdict(Verdict.atMost(
                                "server-delivery",
                                "cordon_delivery_seconds, p99",
                                p(server, "delivery", "0.99") / 1e3,
                                1,
                                "ms")
                        .of((long) server.metric("cordon_delivery_samples_total", "")))
                .verdict(Verdict.atMost(
                        "server-cleanup-age",
                        "cordon_cleanup_age_seconds, two intervals of five minutes",
                        server.metric("cordon_cleanup_age_seconds", ""),
                        600,
                        "s"));
    }

    private static String quantiles(Server server, String name) throws IOException {
        return "%s · p99 %s · max %s · n %,.0f"
                .formatted(
                        Figure.number(p(server, name, "0.5")),
                        Figure.number(p(server, name, "0.99")),
                        Figure.number(p(server, name, "1")),
                        server.metric("cordon_" + name + "_samples_total", ""));
    }

    private static double p(Server server, String name, String quantile) throws IOException {
        return server.metric("cordon_" + name + "_seconds", "quantile=\"" + quantile + "\"") * 1e6;
    }
}
