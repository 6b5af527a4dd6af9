package dev.cordon.bench.micro;

import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Counters;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Transport;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.publish.PublishReceipt;
import dev.cordon.publish.Publisher;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A message's way from its publisher to the socket, without the socket, to users in turn: how much dearer it is where what belongs to
 * the user has left the processor's caches since.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
// The heap and the collector of the benchmark's servers.
@Fork(jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
public class DeliveryBenchmark {
    /** As many as are kept of each channel before it is measured, so that every append drops one. */
    private static final int KEPT = 100;

    private static final Payload PAYLOAD = Payload.json("{\"t\":1234567890123,\"p\":\"" + "x".repeat(100) + "\"}");

    @Param({"1", "1000", "10000"})
    @SuppressWarnings("NullAway.Init")
    public int users;

    private final Counters counters = new Counters();
    private final WebSocketManagerFactory factory = new WebSocketManagerFactory(
            () -> Limits.DEFAULTS, counters, new IsolationGuard(counters), System::nanoTime);
    private final MemoryUserLog log =
            new MemoryUserLog(() -> new Retention(KEPT, 1 << 20, Duration.ofDays(1), 1L << 30), Clock.systemUTC());
    private final PublishCounters published = new PublishCounters();
    private final Publisher publisher =
            new Publisher(log, factory, new Idempotency(published, System::nanoTime), published, System::nanoTime);
    private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 16);
    private String[] names = {};
    private int next;

    @Setup
    public void connect() {
        names = new String[users];
        for (int i = 0; i < users; i++) {
            UserContext context =
                    new UserContext(new UserId("user-" + i), new SessionId("session"), false, Instant.MAX);
            Channel channel = Channel.personal(context.user());
            names[i] = channel.name();
            Connection connection = factory.accept(new Sink()).orElseThrow();
            factory.open(connection, context);
            connection.attach(context, channel);
            publisher.follow(connection, channel, Frame.of("{}"));
        }
        for (int i = 0; i < users * KEPT; i++) {
            publish();
        }
    }

    @Benchmark
    public PublishReceipt publish() {
        next = next + 1 == users ? 0 : next + 1;
        try (WriteBatch writes = new WriteBatch()) {
            return publisher.publish(Channel.parse(names[next]), PAYLOAD, Optional.empty(), writes);
        }
    }

    /** Puts everything together as for a socket, and sends it nowhere. */
    private final class Sink implements Transport {
        @Override
        public void write(Frame frame, Completion completion) {
            frame.putTo(out.clear());
            completion.written();
        }

        @Override
        public void close(Disconnect disconnect) {
            // There is no socket.
        }

        @Override
        public String remoteAddress() {
            return "nowhere";
        }
    }
}
