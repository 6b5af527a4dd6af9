package dev.cordon.hook;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** An application's hooks that do as a test says, and keep what they were asked and told. */
public final class FakeHooks implements HookPort {
    /** What it was asked, in order. */
    public final List<HookCall> calls = new CopyOnWriteArrayList<>();

    /** What it was told, in order. */
    public final List<SessionEvent> events = new CopyOnWriteArrayList<>();

    /** Names of the threads that came. */
    public final List<String> threads = new CopyOnWriteArrayList<>();

    private volatile BiFunction<HookCall, CallDeadline, CompletionStage<HookAnswer>> answers =
            (call, deadline) -> CompletableFuture.completedStage(HookAnswer.accept());
    private volatile BiFunction<SessionEvent, CallDeadline, CompletionStage<?>> listener =
            (event, deadline) -> CompletableFuture.completedStage(true);
    private volatile Set<HookCall.Kind> decides = EnumSet.of(HookCall.Kind.CONNECT);
    private volatile Set<SessionEvent.Kind> listensTo = EnumSet.allOf(SessionEvent.Kind.class);
    private volatile String methods = "app.";
    private volatile boolean closed;

    public static HookClient client(String user) {
        return new HookClient(
                new UserId(user),
                new SessionId("s"),
                ConnectionId.random(),
                "js",
                "5.8.0",
                "websocket",
                "json",
                Map.of());
    }

    /** A dispatcher with these hooks alone. */
    public HookDispatcher dispatcher() {
        return new HookDispatcher(
                List.of(this),
                HookSettings.DEFAULTS,
                new HookCounters(),
                () -> 1024,
                Clock.systemUTC(),
                System::nanoTime);
    }

    public FakeHooks decides(HookCall.Kind... kinds) {
        decides = kinds.length == 0 ? Set.of() : EnumSet.copyOf(List.of(kinds));
        return this;
    }

    public FakeHooks deaf() {
        return hears();
    }

    public FakeHooks hears(SessionEvent.Kind... kinds) {
        listensTo = kinds.length == 0 ? Set.of() : EnumSet.copyOf(List.of(kinds));
        return this;
    }

    /** @param prefix beginning of the rpc methods that it answers; {@code app.} without this */
    public FakeHooks methods(String prefix) {
        methods = prefix;
        return this;
    }

    public boolean closed() {
        return closed;
    }

    public FakeHooks answer(HookAnswer answer) {
        return asked((call, deadline) -> CompletableFuture.completedStage(answer));
    }

    public FakeHooks asked(BiFunction<HookCall, CallDeadline, CompletionStage<HookAnswer>> how) {
        answers = how;
        return this;
    }

    public FakeHooks told(BiFunction<SessionEvent, CallDeadline, CompletionStage<?>> how) {
        listener = how;
        return this;
    }

    public List<SessionEvent.Kind> kinds() {
        return events.stream().map(SessionEvent::kind).toList();
    }

    @Override
    public Set<HookCall.Kind> decides() {
        return decides;
    }

    @Override
    public boolean answers(String method) {
        return method.startsWith(methods);
    }

    @Override
    public Set<SessionEvent.Kind> listensTo() {
        return listensTo;
    }

    @Override
    public CompletionStage<HookAnswer> call(HookCall call, CallDeadline deadline) {
        calls.add(call);
        threads.add(Thread.currentThread().getName());
        return answers.apply(call, deadline);
    }

    @Override
    public CompletionStage<?> tell(SessionEvent event, CallDeadline deadline) {
        threads.add(Thread.currentThread().getName());
        CompletionStage<?> stage = listener.apply(event, deadline);
        events.add(event);
        return stage;
    }

    @Override
    public String describe() {
        return "a fake";
    }

    @Override
    public void close() {
        closed = true;
    }
}
