package dev.cordon.hook;

import dev.cordon.hook.HookCounters.Outcome;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Payload;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one way from the gateway to the application's hooks (ADR 0032). It bounds each call in time ({@link
 * HookSettings#deadline}), in number on the node and for each user ({@link Places}), and puts events into a queue ({@link
 * EventQueue}). The application is called on threads of the dispatcher alone.
 *
 * <p>Thread-safe. No method waits for the application, so any thread may call, but none that holds a lock.
 */
public final class HookDispatcher implements AutoCloseable {
    /** No hooks. Costs its callers one look. */
    public static final HookDispatcher NONE = new HookDispatcher(
            List.of(), HookSettings.DEFAULTS, new HookCounters(), () -> 0, Clock.systemUTC(), System::nanoTime);

    private static final System.Logger LOG = System.getLogger(HookDispatcher.class.getName());

    private static final HookAnswer BUSY = error(ErrorCode.TOO_MANY_REQUESTS);
    private static final HookAnswer LATE = error(ErrorCode.UNAVAILABLE);
    private static final HookAnswer FAILED = error(ErrorCode.INTERNAL);

    private final List<HookPort> ports;
    private final Map<HookCall.Kind, List<HookPort>> deciding = new EnumMap<>(HookCall.Kind.class);
    private final Set<SessionEvent.Kind> heard;
    private final HookSettings settings;
    private final HookCounters counters;
    private final IntSupplier maxMessageBytes;
    private final Clock clock;
    private final LongSupplier nanos;
    private final HookThreads threads;
    private final Places places;
    private final EventQueue events;
    private final Map<ConnectionId, ConnectionEvents> connections = new ConcurrentHashMap<>();
    private final String eventPrefix = UUID.randomUUID() + "-";
    private final AtomicLong eventNumber = new AtomicLong();

    /**
     * @param ports asked in this order
     * @param maxMessageBytes largest data of an answer
     * @param nanos as {@link System#nanoTime}
     */
    public HookDispatcher(
            List<HookPort> ports,
            HookSettings settings,
            HookCounters counters,
            IntSupplier maxMessageBytes,
            Clock clock,
            LongSupplier nanos) {
        this(ports, settings, counters, maxMessageBytes, clock, nanos, EventQueue.FIRST_PAUSE);
    }

    HookDispatcher(
            List<HookPort> ports,
            HookSettings settings,
            HookCounters counters,
            IntSupplier maxMessageBytes,
            Clock clock,
            LongSupplier nanos,
            Duration firstPause) {
        this.ports = List.copyOf(ports);
        for (HookCall.Kind kind : HookCall.Kind.values()) {
            deciding.put(
                    kind,
                    this.ports.stream()
                            .filter(port -> port.decides().contains(kind))
                            .toList());
        }
        this.heard = this.ports.stream()
                .flatMap(port -> port.listensTo().stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(SessionEvent.Kind.class)));
        this.settings = settings;
        this.counters = counters;
        this.maxMessageBytes = maxMessageBytes;
        this.clock = clock;
        this.nanos = nanos;
        this.threads = new HookThreads(settings.maxInFlight() + settings.eventsAtATime());
        this.places = new Places(settings, counters);
        this.events = new EventQueue(this.ports, settings, counters, threads, nanos, firstPause);
    }

    private static HookAnswer error(ErrorCode code) {
        return new HookAnswer.Fail(code.code(), code.message(), code.temporary());
    }

    /** @param contexts each runs a call of the application at once, in what the server has around it; one for each thread */
    public void runIn(Supplier<Executor> contexts) {
        if (!ports.isEmpty()) {
            threads.runIn(contexts);
        }
    }

    /** Whether there are any hooks at all. */
    public boolean any() {
        return !ports.isEmpty();
    }

    /** Whether the application decides on a connect, refresh or subscribe. */
    public boolean decides(HookCall.Kind kind) {
        return !ports.isEmpty() && !portsOf(kind).isEmpty();
    }

    /** Whether the application answers an rpc method. */
    public boolean answers(String method) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).answers(method)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the application wants to hear of an event. */
    public boolean hears(SessionEvent.Kind kind) {
        return heard.contains(kind);
    }

    /** Names of the handshake's headers that hooks see, in lower case. Empty without hooks. */
    public Set<String> headers() {
        return ports.isEmpty() ? Set.of() : settings.headers();
    }

    /** The hooks in a few words, for the block of the start. Empty without hooks. */
    public Optional<String> describe() {
        return ports.isEmpty()
                ? Optional.empty()
                : Optional.of(ports.stream().map(HookPort::describe).collect(Collectors.joining("; ")));
    }

    private List<HookPort> portsOf(HookCall.Kind kind) {
        return deciding.getOrDefault(kind, List.of());
    }

    private List<HookPort> asked(HookCall call) {
        return call instanceof HookCall.Rpc rpc
                ? ports.stream()
                        .filter(port -> port.answers(rpc.method()))
                        .limit(1)
                        .toList()
                : portsOf(call.kind());
    }

    /**
     * Asks the application. Ask only what it {@linkplain #decides decides} or {@linkplain #answers answers}.
     *
     * @param then gets the answer once: on this thread if too many calls wait, else on one of the dispatcher's. What the
     *     application did not answer, or not in time, is a temporary error. Must not block
     */
    public void ask(HookCall call, Consumer<HookAnswer> then) {
        new Question(call, asked(call), then).begin();
    }

    /** One call, on its way through the ports. */
    private final class Question extends Places.Entry {
        private final HookCall call;
        private final List<HookPort> asked;
        private final Consumer<HookAnswer> then;
        private final long begun = nanos.getAsLong();
        private final CallTime time = new CallTime(settings.deadline(), nanos);
        private final AtomicBoolean answered = new AtomicBoolean();
        private volatile @Nullable Future<?> timeout;

        Question(HookCall call, List<HookPort> asked, Consumer<HookAnswer> then) {
            super(call.client().user(), call.kind() == HookCall.Kind.RPC);
            this.call = call;
            this.asked = asked;
            this.then = then;
        }

        void begin() {
            try {
                timeout = threads.later(settings.deadline(), this::late);
            } catch (RejectedExecutionException e) {
                answer(Outcome.LATE, LATE);
                return;
            }
            if (!places.enter(this)) {
                answer(Outcome.BUSY, BUSY);
            }
        }

        @Override
        void start() {
            try {
                threads.execute(() -> ask(0, HookAnswer.ACCEPT));
            } catch (RejectedExecutionException e) {
                answer(Outcome.LATE, LATE);
            }
        }

        /** Asks one port on this thread. */
        private void ask(int at, HookAnswer.Accept soFar) {
            if (answered.get()) {
                ended();
                return;
            }
            HookPort port = asked.get(at);
            CompletableFuture<HookAnswer> stage = time.within(() -> port.call(call, time));
            if (stage.isDone()) {
                came(at, soFar, stage);
            } else {
                CompletableFuture<?> unused =
                        stage.whenCompleteAsync((found, failure) -> came(at, soFar, stage), threads);
            }
        }

        private void came(int at, HookAnswer.Accept soFar, CompletableFuture<HookAnswer> stage) {
            HookAnswer answer;
            try {
                answer = checked(stage.join());
            } catch (RuntimeException e) {
                if (!answered.get()) {
                    ApplicationLog.failed("The application failed to answer " + kind(), method(), e);
                }
                ended(Outcome.FAILED, FAILED);
                return;
            }
            if (answer instanceof HookAnswer.Accept accept) {
                HookAnswer.Accept both = soFar.and(accept);
                if (at + 1 < asked.size()) {
                    ask(at + 1, both);
                } else {
                    ended(Outcome.ACCEPTED, both);
                }
            } else {
                ended(Outcome.REFUSED, answer);
            }
        }

        private HookAnswer checked(@Nullable HookAnswer answer) {
            if (answer == null) {
                throw new IllegalStateException("the answer is null");
            }
            int size = answer instanceof HookAnswer.Accept accept
                    ? accept.data().map(Payload::size).orElse(0)
                    : 0;
            int most = maxMessageBytes.getAsInt();
            if (size > most) {
                throw new IllegalStateException(
                        "the answer has " + size + " bytes; cordon.message.max-bytes is " + most);
            }
            return answer;
        }

        private String kind() {
            return call.kind().name().toLowerCase(Locale.ROOT);
        }

        private String method() {
            return call instanceof HookCall.Rpc rpc ? " " + rpc.method() : "";
        }

        /** The call has ended, and holds its place until its answer has been passed on. */
        private void ended(Outcome outcome, HookAnswer answer) {
            if (!answer(outcome, answer)) {
                ended();
                return;
            }
            places.leave(this);
        }

        /** The call has ended after its deadline. */
        private void ended() {
            counters.overdue.decrement();
            places.leave(this);
        }

        private void late() {
            if (answered.get()) {
                return;
            }
            // Before the answer: what ends meanwhile finds the call overdue.
            boolean waited = places.giveUp(this);
            if (!waited) {
                counters.overdue.increment();
            }
            if (answer(Outcome.LATE, LATE)) {
                time.over();
            } else if (!waited) {
                counters.overdue.decrement();
            }
        }

        /** Answers unless that has been done. */
        private boolean answer(Outcome outcome, HookAnswer answer) {
            if (!answered.compareAndSet(false, true)) {
                return false;
            }
            Future<?> pending = timeout;
            if (pending != null) {
                pending.cancel(false);
            }
            counters.call(call.kind(), outcome, nanos.getAsLong() - begun);
            try {
                then.accept(answer);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "The answer of a hook could not be passed on", e);
            }
            return true;
        }
    }

    /** Begins the events of a connection, which {@link #ended} ends. Empty if the application hears of none. */
    public Optional<ConnectionEvents> eventsOf(HookClient client) {
        if (heard.isEmpty()) {
            return Optional.empty();
        }
        ConnectionEvents of = new ConnectionEvents(this, client);
        connections.put(client.connection(), of);
        return Optional.of(of);
    }

    /** A connection has ended. May be called more than once, and for connections without events. */
    public void ended(ConnectionId connection, Disconnect why) {
        ConnectionEvents of = connections.remove(connection);
        if (of != null) {
            of.ended(why);
        }
    }

    void tell(SessionEvent.Kind kind, HookClient client, Optional<Channel> channel, Optional<Disconnect> why) {
        if (heard.contains(kind)) {
            String id = eventPrefix + eventNumber.incrementAndGet();
            events.add(new SessionEvent(id, clock.instant(), kind, client, channel, why));
        }
    }

    /**
     * Tells the events that wait, for as long as one call may take, and gives up what is under way then. For the end of
     * the application, when all connections have ended.
     */
    @Override
    public void close() {
        if (ports.isEmpty()) {
            return;
        }
        int left = events.leftAfter(settings.deadline());
        if (left > 0) {
            LOG.log(Level.WARNING, "{0} events were not told to the application: the node has stopped", left);
        }
        ports.forEach(HookPort::close);
        threads.close();
    }

    /** Hooks that a user's calls hold a place of, for tests of leaks. */
    int usersWithCalls() {
        return places.users();
    }

    /** Connections whose events have begun and not ended. */
    int connections() {
        return connections.size();
    }
}
