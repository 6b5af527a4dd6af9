package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.cluster.ThisNode;
import dev.cordon.hook.ConnectPolicy;
import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookClient;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.hook.RpcHandler;
import dev.cordon.hook.SessionEvent;
import dev.cordon.hook.SessionListener;
import dev.cordon.hook.http.HttpHooks;
import dev.cordon.log.HandClock;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.Bean;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookWiringTest {
    private final HookWiring wiring = new HookWiring();
    private final HandClock clock = new HandClock();

    private static <T> T stub(Class<T> type, Function<String, @Nullable Object> calls) {
        return type.cast(Proxy.newProxyInstance(
                HookWiringTest.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> calls.apply(method.getName())));
    }

    /** The beans of a type that an application has. */
    @SuppressWarnings("unchecked")
    private static <T> Instance<T> beans(Stream<T> all) {
        Object[] beans = all.toArray();
        return (Instance<T>) stub(Instance.class, name -> switch (name) {
            case "isUnsatisfied" -> beans.length == 0;
            case "handlesStream" ->
                Stream.of(beans)
                        .map(bean -> stub(Instance.Handle.class, of -> switch (of) {
                            case "getBean" -> stub(Bean.class, asked -> bean.getClass());
                            default -> bean;
                        }));
            default -> throw new AssertionError(name);
        });
    }

    /** What the container was asked to do about a request's context. */
    private final List<String> requests = new ArrayList<>();

    private boolean begins = true;

    @SuppressWarnings("unchecked")
    private Instance<RequestContextController> contexts() {
        RequestContextController controller = stub(RequestContextController.class, name -> {
            requests.add(name);
            return name.equals("activate") ? begins : null;
        });
        return (Instance<RequestContextController>) stub(Instance.class, name -> {
            requests.add(name);
            return name.equals("get") ? controller : null;
        });
    }

    private HookDispatcher dispatcher(FakeSettings settings, Object... beans) {
        Start start = Start.decide(settings.source(), clock);
        Parts parts = new Parts().with(Start.class, start);
        Optional<HttpHooks> overHttp = wiring.httpHooks(
                start,
                parts.of(UserLog.class),
                parts.of(ThisNode.class),
                wiring.httpHookCounters(),
                clock,
                System::nanoTime);
        return wiring.hookDispatcher(
                start,
                beans(of(ConnectPolicy.class, beans)),
                beans(of(RpcHandler.class, beans)),
                beans(of(SessionListener.class, beans)),
                contexts(),
                overHttp,
                wiring.hookCounters(),
                clock,
                System::nanoTime);
    }

    private static <T> Stream<T> of(Class<T> type, Object... beans) {
        return Stream.of(beans).filter(type::isInstance).map(type::cast);
    }

    private static RpcHandler handler() {
        return new RpcHandler() {
            @Override
            public String method() {
                return "orders.list";
            }

            @Override
            public HookAnswer answer(HookCall.Rpc call) {
                return HookAnswer.accept();
            }
        };
    }

    static Stream<Object> kinds() {
        return Stream.of((ConnectPolicy) call -> HookAnswer.accept(), handler(), new SessionListener() {
            @Override
            public void connected(SessionEvent event) {}
        });
    }

    @Test
    void withoutHooksNothingIsDispatched() {
        assertThat(dispatcher(FakeSettings.withSecret())).isSameAs(HookDispatcher.NONE);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void oneBeanOfAnyKindIsEnoughToBeAsked(Object bean) {
        try (HookDispatcher dispatcher = dispatcher(FakeSettings.withSecret(), bean)) {
            assertThat(dispatcher.any()).isTrue();
            assertThat(dispatcher.describe().orElseThrow())
                    .contains(bean.getClass().getName());
        }
    }

    @Test
    void anAddressOfABackEndIsEnoughToo() {
        FakeSettings settings = FakeSettings.withSecret()
                .set("cordon.hook.secret", FakeSettings.SECRET)
                .set("cordon.hook.rpc.url", "http://127.0.0.1:1/rpc");

        try (HookDispatcher dispatcher = dispatcher(settings)) {
            assertThat(dispatcher.any()).isTrue();
            assertThat(dispatcher.answers("anything")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("a bean is called in a request's context, which ends with the call if the call began it")
    void aBeanIsCalledInARequestsContext(boolean begun) {
        begins = begun;
        CompletableFuture<HookAnswer> answer = new CompletableFuture<>();
        try (HookDispatcher dispatcher = dispatcher(FakeSettings.withSecret(), handler())) {
            dispatcher.ask(
                    new HookCall.Rpc(
                            new HookClient(
                                    new UserId("alice"),
                                    new SessionId("s"),
                                    ConnectionId.random(),
                                    "",
                                    "",
                                    "websocket",
                                    "json",
                                    Map.of()),
                            "orders.list",
                            Payload.json("{}")),
                    answer::complete);

            assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join()).isNotNull();
        }
        assertThat(requests)
                .isEqualTo(
                        begun
                                ? List.of("get", "activate", "deactivate", "destroy")
                                : List.of("get", "activate", "destroy"));
    }

    @Test
    @DisplayName("two beans for one method reject the start, in one line")
    void twoBeansForOneMethodRejectTheStart() {
        assertThatThrownBy(() -> dispatcher(FakeSettings.withSecret(), handler(), handler()))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("orders.list");
    }
}
