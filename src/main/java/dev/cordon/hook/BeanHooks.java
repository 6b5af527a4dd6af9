package dev.cordon.hook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The adapter of hooks in the server: beans of the application in the same WAR. Calls them on the dispatcher's
 * thread. Thread-safe.
 */
public final class BeanHooks implements HookPort {
    /** Methods that Cordon answers itself. */
    private static final List<String> OWN = List.of("ack", "echo");

    private static final String PREFIX = "*";

    /** The method of {@link SessionListener} for each event. */
    private static final Map<SessionEvent.Kind, String> METHODS = Map.of(
            SessionEvent.Kind.CONNECTED, "connected",
            SessionEvent.Kind.DISCONNECTED, "disconnected",
            SessionEvent.Kind.SUBSCRIBED, "subscribed",
            SessionEvent.Kind.UNSUBSCRIBED, "unsubscribed",
            SessionEvent.Kind.ACKNOWLEDGED_ALL, "acknowledgedAll");

    /**
     * A bean of the application.
     *
     * @param type the bean's class, where {@code bean} may be a proxy of the container
     */
    public record Found<T>(Class<?> type, T bean) {
        String name() {
            return type.getName();
        }

        /** Whether it does anything in a method that has a default. Assumed of what a producer made. */
        boolean overrides(Class<?> api, String method) {
            return !api.isAssignableFrom(type)
                    || Arrays.stream(type.getMethods())
                            .anyMatch(each -> each.getName().equals(method)
                                    && !each.getDeclaringClass().equals(api));
        }
    }

    /** Runs one call of a bean, in what the container wants around it. */
    @FunctionalInterface
    public interface Around {
        <T> T call(Supplier<T> bean);
    }

    private final List<ConnectPolicy> policies;
    private final List<SessionListener> listeners;
    private final Map<String, RpcHandler> methods = new HashMap<>();
    private final Map<String, RpcHandler> prefixes = new HashMap<>();
    private final Around around;
    private final Set<HookCall.Kind> decides = EnumSet.noneOf(HookCall.Kind.class);
    private final Set<SessionEvent.Kind> listensTo = EnumSet.noneOf(SessionEvent.Kind.class);
    private final String description;

    /**
     * @param around runs each call
     * @throws IllegalArgumentException in one line, if two handlers answer the same method, or one Cordon's own
     */
    public BeanHooks(
            List<Found<ConnectPolicy>> policies,
            List<Found<RpcHandler>> handlers,
            List<Found<SessionListener>> listeners,
            Around around) {
        this.policies = sorted(policies).stream().map(Found::bean).toList();
        this.listeners = sorted(listeners).stream().map(Found::bean).toList();
        this.around = around;
        for (Found<ConnectPolicy> policy : policies) {
            decides.add(HookCall.Kind.CONNECT);
            if (policy.overrides(ConnectPolicy.class, "refresh")) {
                decides.add(HookCall.Kind.REFRESH);
            }
            if (policy.overrides(ConnectPolicy.class, "subscribe")) {
                decides.add(HookCall.Kind.SUBSCRIBE);
            }
        }
        for (Found<SessionListener> listener : listeners) {
            METHODS.forEach((kind, method) -> {
                if (listener.overrides(SessionListener.class, method)) {
                    listensTo.add(kind);
                }
            });
        }
        Map<String, String> taken = new HashMap<>();
        for (Found<RpcHandler> handler : sorted(handlers)) {
            add(handler, taken);
        }
        this.description = describe(policies, listeners, taken);
    }

    private static <T> List<Found<T>> sorted(List<Found<T>> found) {
        return found.stream().sorted(Comparator.comparing(Found::name)).toList();
    }

    /** @param taken names and prefixes of the handlers so far, with their classes */
    private void add(Found<RpcHandler> handler, Map<String, String> taken) {
        String method = Objects.requireNonNullElse(handler.bean().method(), "");
        if (!method.matches("[^*]+\\*?")) {
            throw new IllegalArgumentException("the RpcHandler " + handler.name() + " answers the method '" + method
                    + "': name a method such as orders.list, or a prefix such as orders.*");
        }
        for (String own : OWN) {
            if (overlap(method, own)) {
                throw new IllegalArgumentException("the RpcHandler " + handler.name() + " answers the method '" + method
                        + "', which Cordon answers itself: choose another name");
            }
        }
        taken.forEach((other, type) -> {
            if (overlap(method, other)) {
                throw new IllegalArgumentException("the RpcHandlers " + type + " ('" + other + "') and "
                        + handler.name() + " ('" + method + "') answer the same method: each needs a name of its own");
            }
        });
        taken.put(method, handler.name());
        if (method.endsWith(PREFIX)) {
            prefixes.put(method.substring(0, method.length() - 1), handler.bean());
        } else {
            methods.put(method, handler.bean());
        }
    }

    private static boolean overlap(String one, String other) {
        return one.equals(other) || covers(one, other) || covers(other, one);
    }

    private static boolean covers(String pattern, String method) {
        return pattern.endsWith(PREFIX) && method.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    private static String describe(
            List<Found<ConnectPolicy>> policies, List<Found<SessionListener>> listeners, Map<String, String> methods) {
        List<String> parts = new ArrayList<>();
        named("policy", policies).ifPresent(parts::add);
        if (!methods.isEmpty()) {
            parts.add("rpc "
                    + methods.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(each -> each.getKey() + " (" + each.getValue() + ")")
                            .collect(Collectors.joining(", ")));
        }
        named("listener", listeners).ifPresent(parts::add);
        return "in the server: " + String.join("; ", parts);
    }

    private static <T> Optional<String> named(String kind, List<Found<T>> found) {
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        kind + " " + sorted(found).stream().map(Found::name).collect(Collectors.joining(", ")));
    }

    @Override
    public Set<HookCall.Kind> decides() {
        return decides;
    }

    @Override
    public boolean answers(String method) {
        return handler(method).isPresent();
    }

    private Optional<RpcHandler> handler(String method) {
        RpcHandler named = methods.get(method);
        if (named != null) {
            return Optional.of(named);
        }
        return prefixes.entrySet().stream()
                .filter(each -> method.startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    @Override
    public Set<SessionEvent.Kind> listensTo() {
        return listensTo;
    }

    @Override
    public CompletionStage<HookAnswer> call(HookCall call, CallDeadline deadline) {
        if (call instanceof HookCall.Rpc rpc) {
            RpcHandler handler = handler(rpc.method()).orElseThrow();
            return CompletableFuture.completedStage(around.call(() -> handler.answer(rpc)));
        }
        HookAnswer.Accept all = HookAnswer.ACCEPT;
        for (ConnectPolicy policy : policies) {
            HookAnswer answer = around.call(() -> decided(policy, call));
            if (!(answer instanceof HookAnswer.Accept accept)) {
                return CompletableFuture.completedStage(answer);
            }
            all = all.and(accept);
        }
        return CompletableFuture.completedStage(all);
    }

    private static HookAnswer decided(ConnectPolicy policy, HookCall call) {
        if (call instanceof HookCall.Connect connect) {
            return policy.connect(connect);
        }
        return call instanceof HookCall.Refresh refresh
                ? policy.refresh(refresh)
                : policy.subscribe((HookCall.Subscribe) call);
    }

    @Override
    public CompletionStage<?> tell(SessionEvent event, CallDeadline deadline) {
        Throwable failure = null;
        for (SessionListener listener : listeners) {
            try {
                around.call(() -> {
                    tell(listener, event);
                    return true;
                });
            } catch (OutOfMemoryError e) {
                throw e;
            } catch (Exception | Error e) {
                // The other listeners hear of it nevertheless.
                failure = failure == null || e instanceof UnavailableException ? e : failure;
            }
        }
        return failure == null ? CompletableFuture.completedStage(true) : CompletableFuture.failedStage(failure);
    }

    private static void tell(SessionListener listener, SessionEvent event) {
        switch (event.kind()) {
            case CONNECTED -> listener.connected(event);
            case DISCONNECTED -> listener.disconnected(event, event.why().orElseThrow());
            case SUBSCRIBED -> listener.subscribed(event, event.channel().orElseThrow());
            case UNSUBSCRIBED -> listener.unsubscribed(event, event.channel().orElseThrow());
            case ACKNOWLEDGED_ALL ->
                listener.acknowledgedAll(event, event.channel().orElseThrow());
        }
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public void close() {}
}
