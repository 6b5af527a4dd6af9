package dev.cordon.bench.micro;

import dev.cordon.manager.Connection;
import dev.cordon.manager.Counters;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.Limits;
import dev.cordon.manager.OpenResult;
import dev.cordon.manager.Transport;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A manager's whole life: socket accepted, manager made, connection closed, manager released. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class ManagerBenchmark {
    private final Counters counters = new Counters();
    private final WebSocketManagerFactory factory = new WebSocketManagerFactory(
            () -> Limits.DEFAULTS, counters, new IsolationGuard(counters), System::nanoTime);
    private final AtomicInteger threads = new AtomicInteger();

    /** A thread's own users, taken in turn. */
    @State(Scope.Thread)
    public static class Users {
        @Param({"1", "1000"})
        @SuppressWarnings("NullAway.Init")
        public int users;

        private UserContext[] contexts = new UserContext[0];
        private int next;

        @Setup
        public void make(ManagerBenchmark benchmark) {
            int thread = benchmark.threads.incrementAndGet();
            contexts = new UserContext[users];
            for (int i = 0; i < users; i++) {
                contexts[i] = new UserContext(
                        new UserId("user-" + thread + "-" + i), new SessionId("session"), false, Instant.MAX);
            }
        }

        private UserContext next() {
            next = (next + 1) % contexts.length;
            return contexts[next];
        }
    }

    @Benchmark
    public OpenResult createAndRelease(Users users) {
        Connection connection = factory.accept(Nowhere.INSTANCE).orElseThrow();
        OpenResult result = factory.open(connection, users.next());
        connection.close(Disconnect.NORMAL);
        return result;
    }

    /** The same without a manager: what of the above is the connection's own. */
    @Benchmark
    public Connection connectionOnly(Users users) {
        users.next();
        Connection connection = factory.accept(Nowhere.INSTANCE).orElseThrow();
        connection.close(Disconnect.NORMAL);
        return connection;
    }

    /** Nothing may be left: every map is empty, and as many managers were released as were made. */
    @TearDown
    public void nothingRetained() {
        if (factory.stats().users() != 0
                || factory.stats().connections() != 0
                || counters.managersCreated.sum() != counters.managersReleased.sum()) {
            throw new IllegalStateException("retained after release: " + factory.stats());
        }
    }

    /** Takes everything and sends it nowhere. */
    private enum Nowhere implements Transport {
        INSTANCE;

        @Override
        public void write(Frame frame, Completion completion) {
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
