package dev.cordon.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.hook.BeanHooks.Found;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BeanHooksTest {
    private static final CallDeadline DEADLINE = new CallTime(Duration.ofSeconds(1), System::nanoTime);

    private record Handler(String method, Function<HookCall.Rpc, HookAnswer> how) implements RpcHandler {
        Handler(String method) {
            this(method, call -> HookAnswer.data("\"" + method + "\""));
        }

        @Override
        public HookAnswer answer(HookCall.Rpc call) {
            return how.apply(call);
        }
    }

    /** Classes of beans. */
    private static final class A {}

    private static final class B {}

    private static final BeanHooks.Around DIRECTLY = new BeanHooks.Around() {
        @Override
        public <T> T call(Supplier<T> bean) {
            return bean.get();
        }
    };

    private static final String NAME_OF_A = A.class.getName();

    private static Found<RpcHandler> handler(Class<?> type, String method) {
        return new Found<>(type, new Handler(method));
    }

    private static Found<ConnectPolicy> policy(Class<?> type, HookAnswer answer) {
        return new Found<>(type, call -> answer);
    }

    private static BeanHooks rpcs(List<Found<RpcHandler>> handlers) {
        return new BeanHooks(List.of(), handlers, List.of(), DIRECTLY);
    }

    private static <T> T joined(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static String answer(BeanHooks hooks, String method) {
        HookCall.Rpc call = new HookCall.Rpc(FakeHooks.client("ann"), method, Payload.EMPTY);
        return ((HookAnswer.Accept) joined(hooks.call(call, DEADLINE)))
                .data()
                .orElseThrow()
                .text();
    }

    @Test
    void findsTheHandlerByNameOrPrefix() {
        BeanHooks hooks = rpcs(List.of(handler(A.class, "orders.*"), handler(B.class, "time")));

        assertThat(answer(hooks, "orders.list")).isEqualTo("\"orders.*\"");
        assertThat(answer(hooks, "time")).isEqualTo("\"time\"");
        assertThat(hooks.answers("orders.list")).isTrue();
        assertThat(hooks.answers("time")).isTrue();
        assertThat(hooks.answers("time.zone")).isFalse();
        assertThat(hooks.answers("order")).isFalse();
        assertThat(hooks.answers("")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"time,time", "orders.*,orders.list", "orders.list,orders.*", "orders.*,orders.old.*"})
    void twoHandlersOfOneMethodAreRejectedInOneLine(String one, String other) {
        assertThatThrownBy(() -> rpcs(List.of(handler(A.class, one), handler(B.class, other))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the RpcHandlers " + NAME_OF_A + " ('" + one + "') and " + B.class.getName() + " ('" + other
                        + "') answer the same method: each needs a name of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ack", "echo", "e*"})
    void cordonsOwnMethodsAreNotTheApplications(String method) {
        assertThatThrownBy(() -> rpcs(List.of(handler(A.class, method))))
                .hasMessageStartingWith(
                        "the RpcHandler " + NAME_OF_A + " answers the method '" + method + "', which Cordon");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "a*b", "a.**"})
    void aMethodIsANameOrAPrefix(String method) {
        assertThatThrownBy(() -> rpcs(List.of(handler(A.class, method))))
                .hasMessageContaining("name a method such as orders.list, or a prefix such as orders.*");
    }

    @Test
    void allPoliciesMustAccept() {
        HookCall.Connect call = new HookCall.Connect(FakeHooks.client("ann"), Optional.empty(), Instant.MAX);
        HookAnswer refusal = HookAnswer.close(4_500, "no");
        BeanHooks all = new BeanHooks(
                List.of(policy(B.class, HookAnswer.data("2")), policy(A.class, HookAnswer.data("1"))),
                List.of(),
                List.of(),
                DIRECTLY);
        BeanHooks one = new BeanHooks(
                List.of(policy(A.class, HookAnswer.accept()), policy(B.class, refusal)),
                List.of(),
                List.of(),
                DIRECTLY);

        assertThat(joined(all.call(call, DEADLINE)))
                .as("data of the first by the class's name")
                .isEqualTo(HookAnswer.data("1"));
        assertThat(joined(one.call(call, DEADLINE))).isEqualTo(refusal);
    }

    @Test
    void aPolicyAcceptsRefreshAndSubscribeUnlessItSaysOtherwise() {
        BeanHooks hooks =
                new BeanHooks(List.of(policy(A.class, HookAnswer.close(4_500, "no"))), List.of(), List.of(), DIRECTLY);
        HookClient ann = FakeHooks.client("ann");

        assertThat(joined(hooks.call(new HookCall.Refresh(ann, Instant.MAX), DEADLINE)))
                .isEqualTo(HookAnswer.accept());
        assertThat(joined(hooks.call(new HookCall.Subscribe(ann, Channel.parse("t#ann")), DEADLINE)))
                .isEqualTo(HookAnswer.accept());
    }

    @Test
    void nothingIsAskedOrToldThatNoBeanHasAMethodFor() {
        record OnlyConnect() implements ConnectPolicy {
            @Override
            public HookAnswer connect(HookCall.Connect call) {
                return HookAnswer.accept();
            }
        }
        record OnlyEnds() implements SessionListener {
            @Override
            public void disconnected(SessionEvent event, Disconnect why) {}
        }
        BeanHooks hooks = new BeanHooks(
                List.of(new Found<>(OnlyConnect.class, new OnlyConnect())),
                List.of(),
                List.of(new Found<>(OnlyEnds.class, new OnlyEnds())),
                DIRECTLY);

        assertThat(hooks.decides()).containsExactly(HookCall.Kind.CONNECT);
        assertThat(hooks.listensTo()).containsExactly(SessionEvent.Kind.DISCONNECTED);
    }

    private static SessionEvent event(SessionEvent.Kind kind) {
        return new SessionEvent(
                "e1",
                Instant.EPOCH,
                kind,
                FakeHooks.client("ann"),
                Optional.of(Channel.parse("t#ann")),
                Optional.of(Disconnect.SLOW));
    }

    private static SessionListener noting(List<String> heard) {
        return new SessionListener() {
            @Override
            public void connected(SessionEvent event) {
                heard.add("connected");
            }

            @Override
            public void disconnected(SessionEvent event, Disconnect why) {
                heard.add("disconnected " + why.code());
            }

            @Override
            public void subscribed(SessionEvent event, Channel channel) {
                heard.add("subscribed " + channel);
            }

            @Override
            public void unsubscribed(SessionEvent event, Channel channel) {
                heard.add("unsubscribed " + channel);
            }

            @Override
            public void acknowledgedAll(SessionEvent event, Channel channel) {
                heard.add("acknowledged " + channel);
            }
        };
    }

    @Test
    void aListenerHearsEachEventByItsMethod() {
        List<String> heard = new ArrayList<>();
        BeanHooks hooks = new BeanHooks(List.of(), List.of(), List.of(new Found<>(A.class, noting(heard))), DIRECTLY);

        for (SessionEvent.Kind kind : SessionEvent.Kind.values()) {
            joined(hooks.tell(event(kind), DEADLINE));
        }

        assertThat(heard).hasSize(5).startsWith("connected", "disconnected 3008");
    }

    @Test
    void aListenerThatThrowsKeepsNoOtherFromHearing() {
        List<String> heard = new ArrayList<>();
        SessionListener broken = new SessionListener() {
            @Override
            public void connected(SessionEvent event) {
                throw new IllegalStateException("broken");
            }
        };
        BeanHooks hooks = new BeanHooks(
                List.of(),
                List.of(),
                List.of(new Found<>(A.class, broken), new Found<>(B.class, noting(heard))),
                DIRECTLY);

        assertThatThrownBy(() -> joined(hooks.tell(event(SessionEvent.Kind.CONNECTED), DEADLINE)))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("broken");
        assertThat(heard).containsExactly("connected");
    }

    private static Found<SessionListener> failing(RuntimeException failure) {
        return new Found<>(A.class, new SessionListener() {
            @Override
            public void connected(SessionEvent event) {
                throw failure;
            }
        });
    }

    private static CompletionStage<?> told(RuntimeException... failures) {
        BeanHooks hooks = new BeanHooks(
                List.of(),
                List.of(),
                Arrays.stream(failures).map(BeanHooksTest::failing).toList(),
                DIRECTLY);
        return hooks.tell(event(SessionEvent.Kind.CONNECTED), DEADLINE);
    }

    @Test
    @DisplayName("the event is told again if any listener's back end is away, whatever became of the others")
    void aBackEndThatIsAwayCountsMoreThanOtherFailures() {
        RuntimeException away = new UnavailableException("connection refused");
        RuntimeException broken = new IllegalStateException("broken");

        assertThatThrownBy(() -> joined(told(broken, away))).hasCause(away);
        assertThatThrownBy(() -> joined(told(away, broken))).hasCause(away);
    }

    @Test
    void ofTwoFailuresTheFirstIsTold() {
        RuntimeException first = new IllegalStateException("first");

        assertThatThrownBy(() -> joined(told(first, new IllegalStateException("second"))))
                .hasCause(first);
    }

    @Test
    void saysWhatWasFound() {
        BeanHooks hooks = new BeanHooks(
                List.of(policy(A.class, HookAnswer.accept())),
                List.of(handler(B.class, "orders.*")),
                List.of(),
                DIRECTLY);
        BeanHooks listening =
                new BeanHooks(List.of(), List.of(), List.of(new Found<>(A.class, noting(List.of()))), DIRECTLY);

        assertThat(hooks.describe())
                .isEqualTo("in the server: policy " + NAME_OF_A + "; rpc orders.* (" + B.class.getName() + ")");
        assertThat(listening.describe()).isEqualTo("in the server: listener " + NAME_OF_A);
        assertThat(hooks.listensTo()).isEmpty();
        assertThat(rpcs(List.of()).decides()).isEmpty();
    }
}
