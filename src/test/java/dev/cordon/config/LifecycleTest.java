package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.endpoint.FakeConnections;
import dev.cordon.endpoint.ServerConnections;
import dev.cordon.endpoint.ServerPlatform;
import dev.cordon.log.HandClock;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.Duty;
import dev.cordon.upkeep.LogLines;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.logging.LogRecord;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Platform platform = new Platform();
    private final Parts parts = new Parts()
            .with(
                    Start.class,
                    Start.decide(
                            FakeSettings.withSecret()
                                    .set("cordon.canary", "false")
                                    .set("cordon.cluster", "off")
                                    .source(),
                            new HandClock()))
            .with(ServerPlatform.class, platform)
            .with(ServerConnections.class, new Server())
            .with(ManagedThreadFactory.class, new Threads());
    private final WebSocketManagerFactory factory = parts.of(WebSocketManagerFactory.class);

    /** What the server offers beyond Jakarta EE. */
    private final class Platform implements ServerPlatform {
        Runnable stop = () -> {};

        @Override
        public Runnable shortenLogOfGoneClients() {
            calls.add("shortens its log");
            return () -> calls.add("restores its log");
        }

        @Override
        public Runnable beforeStop(Runnable task) {
            stop = task;
            return () -> calls.add("forgets the stop");
        }
    }

    private final class Server extends FakeConnections {
        @Override
        public void guard(FiguresAccess access) {
            calls.add("guards");
        }

        @Override
        public void endDirectRequests() {
            calls.add("ends direct requests");
        }

        @Override
        public void end() {
            calls.add("ends the guards");
        }
    }

    private final class Threads implements ManagedThreadFactory {
        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task);
            threads.add(thread);
            return thread;
        }

        @Override
        public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
            throw new UnsupportedOperationException();
        }
    }

    private Lifecycle lifecycle() {
        try {
            return parts.inject(new Lifecycle());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private FakeTransport connected() {
        FakeTransport wire = new FakeTransport();
        Connection connection = factory.accept(wire).orElseThrow();
        UserContext alice =
                new UserContext(new UserId("alice"), new SessionId("s"), false, HandClock.START.plusSeconds(3_600));
        connection.attach(alice, Channel.parse("#alice"));
        factory.open(connection, alice);
        return wire;
    }

    private static Set<ObjectName> managed() {
        try {
            return ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("cordon:*"), null);
        } catch (MalformedObjectNameException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("the application starts its duties and its management, and ends all that it has started")
    void startsAndEnds() {
        Lifecycle lifecycle = lifecycle();
        List<LogRecord> lines = LogLines.of(Lifecycle.class, () -> lifecycle.started("the application"));

        assertThat(calls).containsExactly("shortens its log", "guards");
        assertThat(lines.get(0).getMessage()).startsWith("Cordon ").contains("mode production", "transport auto");
        assertThat(threads)
                .extracting(Thread::getName)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Duty.values())
                        .filter(duty -> !Set.of(Duty.CLUSTER, Duty.OUTBOX, Duty.HOOK_EVENTS)
                                .contains(duty))
                        .map(duty -> "cordon-" + duty.label())
                        .toList());
        assertThat(managed()).isNotEmpty();
        FakeTransport wire = connected();

        lifecycle.stopping("the application");

        assertThat(wire.closedWith()).contains(Disconnect.SHUTDOWN);
        assertThat(calls)
                .containsExactly(
                        "shortens its log",
                        "guards",
                        "forgets the stop",
                        "restores its log",
                        "ends direct requests",
                        "ends the guards");
        assertThat(managed()).isEmpty();
        await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    @DisplayName("a server that says that it stops has the node drained while it still answers, and once only")
    void drainsBeforeTheServerStops() {
        Lifecycle lifecycle = lifecycle();
        lifecycle.started("the application");
        FakeTransport wire = connected();

        platform.stop.run();

        assertThat(wire.closedWith()).contains(Disconnect.SHUTDOWN);
        assertThat(calls).last().isEqualTo("ends direct requests");
        lifecycle.stopping("the application");
        assertThat(calls).containsOnlyOnce("ends direct requests").endsWith("ends the guards");
    }

    @Test
    void anApplicationThatCouldNotStartHasNothingToEnd() {
        lifecycle().stopping("the application");

        assertThat(calls).isEmpty();
        assertThat(threads).isEmpty();
    }

    @Test
    @DisplayName("each producer makes a part, from the parts of the others")
    void allPartsFitTogether() {
        Map<String, Object> all = parts.all();

        assertThat(all)
                .containsKeys("dev.cordon.gateway.Gateway", "dev.cordon.hook.HookDispatcher")
                .hasSizeGreaterThan(60);
        parts.of(UserLog.class).close();
    }

    /** A duty that never began is never reported as late, so no other check would notice. */
    @Test
    void beginsEachDutyOnce() throws IOException {
        String code = Files.readString(Path.of("src/main/java/dev/cordon/config/Lifecycle.java"));

        assertThat(Pattern.compile("of\\.every\\(Duty\\.(\\w+),")
                        .matcher(code)
                        .results()
                        .map((MatchResult call) -> Duty.valueOf(call.group(1))))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Duty.values())
                        .filter(duty -> duty != Duty.WATCH)
                        .toList());
        assertThat(code).containsOnlyOnce("of.watch(");
    }
}
