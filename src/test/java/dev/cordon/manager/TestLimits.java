package dev.cordon.manager;

import java.time.Duration;

/** The default limits with some of them changed. */
public final class TestLimits {
    private int managers = 5;
    private int connections = 8;
    private int sockets = 20_000;
    private int subscriptions = 32;
    private LimitPolicy policy = LimitPolicy.REJECT;
    private Duration ping = Duration.ofSeconds(25);
    private Duration pong = Duration.ofSeconds(8);
    private Duration probe = Limits.DEFAULTS.probeTimeout();
    private int messages = 1024;
    private long bytes = 1024 * 1024;
    private long total = Limits.DEFAULTS.queueTotalMaxBytes();

    public TestLimits managers(int to) {
        managers = to;
        return this;
    }

    public TestLimits connections(int to) {
        connections = to;
        return this;
    }

    public TestLimits sockets(int to) {
        sockets = to;
        return this;
    }

    public TestLimits subscriptions(int to) {
        subscriptions = to;
        return this;
    }

    public TestLimits policy(LimitPolicy to) {
        policy = to;
        return this;
    }

    public TestLimits ping(Duration interval, Duration timeout) {
        ping = interval;
        pong = timeout;
        return this;
    }

    public TestLimits probe(Duration timeout) {
        probe = timeout;
        return this;
    }

    public TestLimits queue(int maxMessages, long maxBytes) {
        messages = maxMessages;
        bytes = maxBytes;
        return this;
    }

    public TestLimits stalled(long maxBytes) {
        total = maxBytes;
        return this;
    }

    public Limits build() {
        Limits d = Limits.DEFAULTS;
        return new Limits(
                managers,
                connections,
                sockets,
                subscriptions,
                policy,
                d.connectionTimeout(),
                d.connectDeadline(),
                ping,
                pong,
                probe,
                d.writeTimeout(),
                messages,
                bytes,
                total);
    }
}
