package dev.cordon.config;

import dev.cordon.cluster.ThisNode;
import dev.cordon.hook.BeanHooks;
import dev.cordon.hook.BeanHooks.Found;
import dev.cordon.hook.ConnectPolicy;
import dev.cordon.hook.HookCounters;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.hook.HookPort;
import dev.cordon.hook.RpcHandler;
import dev.cordon.hook.SessionListener;
import dev.cordon.hook.http.EventStore;
import dev.cordon.hook.http.HttpHookCounters;
import dev.cordon.hook.http.HttpHookSettings;
import dev.cordon.hook.http.HttpHooks;
import dev.cordon.jdbc.JdbcUserLog;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Ticker;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The CDI producers of the application's hooks: its own beans, and what settings name. */
@Dependent
class HookWiring {
    @Produces
    @Singleton
    HookCounters hookCounters() {
        return new HookCounters();
    }

    @Produces
    @Singleton
    HttpHookCounters httpHookCounters() {
        return new HttpHookCounters();
    }

    /** Empty without any {@code cordon.hook.<name>.url}. */
    @Produces
    @Singleton
    Optional<HttpHooks> httpHooks(
            Start start, UserLog log, ThisNode node, HttpHookCounters counters, Clock clock, Ticker ticker) {
        return start.backEndHooks()
                .map(settings -> new HttpHooks(settings, store(settings, log, node), counters, clock, ticker::nanos));
    }

    private static EventStore store(HttpHookSettings settings, UserLog log, ThisNode node) {
        return log instanceof JdbcUserLog durable && !settings.events().isEmpty()
                ? HttpHooks.buffered(durable.hookEvents(node.id()), settings)
                : HttpHooks.inMemory();
    }

    @Produces
    @Singleton
    HookDispatcher hookDispatcher(
            Start start,
            Instance<ConnectPolicy> policies,
            Instance<RpcHandler> handlers,
            Instance<SessionListener> listeners,
            Instance<RequestContextController> requests,
            Optional<HttpHooks> overHttp,
            HookCounters counters,
            Clock clock,
            Ticker ticker) {
        List<HookPort> ports = new ArrayList<>();
        if (!policies.isUnsatisfied() || !handlers.isUnsatisfied() || !listeners.isUnsatisfied()) {
            ports.add(beans(found(policies), found(handlers), found(listeners), requests));
        }
        overHttp.ifPresent(ports::add);
        return ports.isEmpty()
                ? HookDispatcher.NONE
                : new HookDispatcher(
                        ports,
                        start.hooks(),
                        counters,
                        () -> start.live().get().api().maxMessageBytes(),
                        clock,
                        ticker::nanos);
    }

    private static BeanHooks beans(
            List<Found<ConnectPolicy>> policies,
            List<Found<RpcHandler>> handlers,
            List<Found<SessionListener>> listeners,
            Instance<RequestContextController> requests) {
        try {
            return new BeanHooks(policies, handlers, listeners, new InRequest(requests));
        } catch (IllegalArgumentException e) {
            SettingException why = new SettingException(String.valueOf(e.getMessage()));
            StartFailure.tell(why);
            throw why;
        }
    }

    /** Gives each call of a bean a request context, so that it may use request-scoped beans. */
    private record InRequest(Instance<RequestContextController> requests) implements BeanHooks.Around {
        @Override
        public <T> T call(Supplier<T> bean) {
            RequestContextController request = requests.get();
            boolean begun = request.activate();
            try {
                return bean.get();
            } finally {
                if (begun) {
                    request.deactivate();
                }
                requests.destroy(request);
            }
        }
    }

    private static <T> List<Found<T>> found(Instance<T> beans) {
        return beans.handlesStream()
                .map(handle -> new Found<>(handle.getBean().getBeanClass(), handle.get()))
                .toList();
    }
}
