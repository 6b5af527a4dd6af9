package dev.cordon.hook.http;

import static dev.cordon.hook.http.HttpHookSettings.word;

import dev.cordon.hook.CallDeadline;
import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookPort;
import dev.cordon.hook.SessionEvent;
import dev.cordon.hook.UnavailableException;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.InvalidJsonException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of a back end over HTTP. A question is one request, behind the circuit breaker of its address. An event is
 * told once the store has it; its {@link EventLane} posts it from there. Thread-safe.
 */
public final class HttpHooks implements HookPort {
    private static final System.Logger LOG = System.getLogger(HttpHooks.class.getName());
    /** Time between two {@link #turn turns}. */
    public static final Duration TURN = Duration.ofSeconds(1);

    private static final double MILLIS = 1000;
    /** For the events of the connections that a stop has ended. */
    private static final Duration LAST = Duration.ofSeconds(3);

    private final HttpHookSettings settings;
    private final EventStore store;
    private final HttpHookCounters counters;
    private final Clock clock;
    private final BackEndCalls calls;
    private final ExecutorService threads;
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean closed;
    private final Map<HookCall.Kind, CircuitBreaker> breakers = new EnumMap<>(HookCall.Kind.class);
    private final List<EventLane> lanes;

    /**
     * @param store where events wait; closed by {@link #close}
     * @param nanos clock like {@link System#nanoTime()}
     */
    public HttpHooks(
            HttpHookSettings settings, EventStore store, HttpHookCounters counters, Clock clock, LongSupplier nanos) {
        this(settings, store, counters, clock, nanos, Optional.empty());
    }

    /** @param trust whom to trust in place of the JVM's certificate authorities */
    HttpHooks(
            HttpHookSettings settings,
            EventStore store,
            HttpHookCounters counters,
            Clock clock,
            LongSupplier nanos,
            Optional<SSLContext> trust) {
        this.settings = settings;
        this.store = store;
        this.counters = counters;
        this.clock = clock;
        this.threads = thread();
        this.calls = new BackEndCalls(settings.secrets(), clock, counters, trust);
        settings.questions().keySet().forEach(kind -> breakers.put(kind, new CircuitBreaker(nanos)));
        this.lanes = lanes(nanos);
        counters.follow(this::down, () -> store.waiting().events(), this::oldestSeconds);
    }

    /** The thread that may wait for the store. */
    private static ExecutorService thread() {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "cordon-hook-events");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Events in the memory of this process. */
    public static EventStore inMemory() {
        return new MemoryEventStore();
    }

    /** Events in a store that outlives this process, and in memory while that cannot be reached. */
    public static EventStore buffered(EventStore durable, HttpHookSettings settings) {
        return new BufferedEventStore(
                durable, new MemoryEventStore(), settings.events().keySet());
    }

    /** One lane for each address, so that events that go to one address arrive in order. */
    private List<EventLane> lanes(LongSupplier nanos) {
        Map<URI, Set<SessionEvent.Kind>> kinds = new LinkedHashMap<>();
        for (SessionEvent.Kind kind : SessionEvent.Kind.values()) {
            URI address = settings.events().get(kind);
            if (address != null) {
                kinds.computeIfAbsent(address, to -> EnumSet.noneOf(SessionEvent.Kind.class))
                        .add(kind);
            }
        }
        return kinds.entrySet().stream()
                .map(lane -> new EventLane(
                        HttpHookSettings.name(lane.getValue().iterator().next()),
                        lane.getKey(),
                        lane.getValue(),
                        store,
                        calls,
                        counters,
                        threads,
                        nanos))
                .toList();
    }

    @Override
    public Set<HookCall.Kind> decides() {
        return settings.questions().keySet().stream()
                .filter(kind -> kind != HookCall.Kind.RPC)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean answers(String method) {
        return settings.answers(method);
    }

    @Override
    public Set<SessionEvent.Kind> listensTo() {
        if (!store.followsConnections() || !wants(SessionEvent.Kind.DISCONNECTED)) {
            return settings.events().keySet();
        }
        Set<SessionEvent.Kind> all = EnumSet.copyOf(settings.events().keySet());
        all.add(SessionEvent.Kind.CONNECTED);
        return all;
    }

    private boolean wants(SessionEvent.Kind kind) {
        return settings.events().containsKey(kind);
    }

    @Override
    public CompletionStage<HookAnswer> call(HookCall call, CallDeadline deadline) {
        URI to = settings.questions().get(call.kind());
        CircuitBreaker breaker = breakers.get(call.kind());
        if (to == null || breaker == null) {
            throw new IllegalArgumentException(word(call.kind()) + " has no address");
        }
        String hook = HttpHookSettings.name(call.kind());
        if (deadline.left().isZero() || deadline.left().isNegative()) {
            // It says nothing about the back end.
            return CompletableFuture.failedFuture(
                    calls.failure(hook, CallFailure.TIMEOUT, "there was no time left to ask", null));
        }
        byte[] question = HookQuestion.json(call);
        int permit = breaker.permit();
        if (permit == CircuitBreaker.NONE) {
            return CompletableFuture.failedFuture(new UnavailableException(String.valueOf(
                    calls.failure(hook, CallFailure.PAUSED, "not asked, because it failed a moment ago", null)
                            .getMessage())));
        }
        return calls.post(hook, to, question, call.client().headers(), deadline.left())
                .thenApply(body -> answer(hook, call, body))
                .whenComplete((answer, failure) ->
                        ended(hook, breaker, permit, call.client().user(), failure));
    }

    private HookAnswer answer(String hook, HookCall call, byte[] body) {
        try {
            return HookReply.read(call, body);
        } catch (InvalidJsonException | IllegalArgumentException e) {
            throw calls.failure(hook, CallFailure.MALFORMED, "its answer is not one: " + e.getMessage(), e);
        }
    }

    private static void ended(
            String hook, CircuitBreaker breaker, int permit, UserId user, @Nullable Throwable failure) {
        if (failure == null) {
            if (breaker.succeeded(permit)) {
                LOG.log(Level.INFO, "The back end answers again (cordon.{0})", hook);
            }
        } else if (breaker.failed(permit, user)) {
            LOG.log(
                    Level.WARNING,
                    "The back end does not answer: {0}; clients get a temporary error at once, and it is asked again"
                            + " after growing pauses",
                    cause(failure).getMessage());
        }
    }

    /** The failure itself, without what a stage wraps around it. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public CompletionStage<?> tell(SessionEvent event, CallDeadline deadline) {
        try {
            counters.eventsDropped.add(
                    store.add(List.of(StoredEvent.of(event)), settings.events().keySet()));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(
                    new UnavailableException("an event of a hook cannot be stored: " + e.getMessage()));
        }
        wake();
        return CompletableFuture.completedFuture(event);
    }

    private void wake() {
        if (!lanes.isEmpty() && woken.compareAndSet(false, true)) {
            try {
                threads.execute(() -> {
                    woken.set(false);
                    lanes.forEach(EventLane::pump);
                });
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "An event came after the end", e);
            }
        }
    }

    /** Tells waiting events whose pause is over, and takes over those of lost nodes. Call it each {@link #TURN}. */
    public void turn() {
        if (closed) {
            return;
        }
        counters.eventsTakenOver.add(store.turn());
        lanes.forEach(EventLane::pump);
    }

    /** Whether a request with events is under way. */
    boolean posting() {
        return lanes.stream().anyMatch(EventLane::posting);
    }

    private double down() {
        return Stream.concat(
                        breakers.values().stream().map(CircuitBreaker::down),
                        lanes.stream().map(EventLane::down))
                .filter(isDown -> isDown)
                .count();
    }

    private double oldestSeconds() {
        Optional<Instant> oldest = store.waiting().oldest();
        return oldest.map(at ->
                        Math.max(0, Duration.between(at, clock.instant()).toMillis() / MILLIS))
                .orElse(0.0);
    }

    @Override
    public String describe() {
        String questions = settings.questions().keySet().stream()
                .map(kind -> kind == HookCall.Kind.RPC ? "rpc " + String.join(" ", settings.methods()) : word(kind))
                .sorted()
                .collect(Collectors.joining(", "));
        String events = settings.events().keySet().stream()
                .map(HttpHookSettings::word)
                .sorted()
                .collect(Collectors.joining(", "));
        return Stream.of("HTTP", questions, events.isEmpty() ? "" : "events " + events)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(": "));
    }

    /**
     * Tells what waits, for {@link #LAST} at most and only while the back end takes it, and gives up what is under way
     * then. Events that wait longer are lost with a store in memory. A second call does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        long end = System.nanoTime() + LAST.toNanos();
        lanes.forEach(EventLane::pump);
        lanes.forEach(lane -> lane.awaitIdle(end));
        threads.shutdownNow();
        calls.close();
        store.close();
    }
}
