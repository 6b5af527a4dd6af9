package dev.cordon.payara;

import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A listener to Payara's own events, of the server and of its applications. Its interface is not part of Jakarta EE, so
 * it is looked up by name.
 */
final class ServerEvents {
    /**
     * The event that the server is about to stop, while the application still answers. By the time CDI tells an
     * application of its end, Payara has paused it. Then neither a health check nor a handshake gets an answer.
     */
    static final String STOPPING = "prepare_shutdown";

    private static final System.Logger LOG = System.getLogger(ServerEvents.class.getName());

    private final Object events;
    private final Object listener;
    private final Method unregister;

    private ServerEvents(Object events, Object listener, Method unregister) {
        this.events = events;
        this.listener = listener;
        this.unregister = unregister;
    }

    /**
     * Registers a listener.
     *
     * @param then gets an event's name and the server's object that the event is about, which not every event has. Runs
     *     on the server's thread, which waits for it.
     * @return empty if the server has no such events
     */
    static Optional<ServerEvents> register(BiConsumer<String, Supplier<Object>> then) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try {
            Class<?> eventsType = Class.forName("org.glassfish.api.event.Events", false, loader);
            Class<?> listenerType = Class.forName("org.glassfish.api.event.EventListener", false, loader);
            Class<?> globals = Class.forName("org.glassfish.internal.api.Globals", false, loader);
            Object events = globals.getMethod("get", Class.class).invoke(null, eventsType);
            Object listener = listener(listenerType, then);
            Method unregister = eventsType.getMethod("unregister", listenerType);
            eventsType.getMethod("register", listenerType).invoke(events, listener);
            return Optional.of(new ServerEvents(events, listener, unregister));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.INFO, "This server does not announce that it stops ({0})", e.toString());
            return Optional.empty();
        }
    }

    private static Object listener(Class<?> type, BiConsumer<String, Supplier<Object>> then) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
            if (arguments == null) {
                return method.getName().equals("hashCode") ? (Object) System.identityHashCode(self) : "ServerEvents";
            }
            if (method.getName().equals("equals")) {
                return self == arguments[0];
            }
            Object event = arguments[0];
            then.accept(String.valueOf(call(event, "name")), () -> call(event, "hook"));
            return null;
        });
    }

    private static Object call(Object event, String method) {
        try {
            return event.getClass().getMethod(method).invoke(event);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the server's event does not tell its " + method, e);
        }
    }

    /** Removes the listener: otherwise the server would keep the application's classes after an undeploy. */
    void unregister() {
        try {
            unregister.invoke(events, listener);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "The listener for the server''s events could not be removed ({0})", e.toString());
        }
    }
}
