package dev.cordon.config;

import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * Hears that the server is about to stop while the application still answers: by the time an application is told so by CDI, Payara has
 * paused it, and neither a health check nor a handshake gets an answer any more. Payara's event interface is not part of Jakarta EE, so it
 * is looked up by name; where it is not found, the drain runs when CDI says so.
 */
final class ShutdownNotice {
    private static final System.Logger LOG = System.getLogger(ShutdownNotice.class.getName());
    private static final String EVENT = "prepare_shutdown";

    private final Object events;
    private final Object listener;
    private final Method unregister;

    private ShutdownNotice(Object events, Object listener, Method unregister) {
        this.events = events;
        this.listener = listener;
        this.unregister = unregister;
    }

    /** @param then runs on the server's stopping thread, which waits for it */
    static Optional<ShutdownNotice> register(Runnable then) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try {
            Class<?> eventsType = Class.forName("org.glassfish.api.event.Events", false, loader);
            Class<?> listenerType = Class.forName("org.glassfish.api.event.EventListener", false, loader);
            Class<?> globals = Class.forName("org.glassfish.internal.api.Globals", false, loader);
            Object events = globals.getMethod("get", Class.class).invoke(null, eventsType);
            Object listener = listener(listenerType, then);
            Method unregister = eventsType.getMethod("unregister", listenerType);
            eventsType.getMethod("register", listenerType).invoke(events, listener);
            return Optional.of(new ShutdownNotice(events, listener, unregister));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.INFO, "This server does not say beforehand that it stops ({0})", e.toString());
            return Optional.empty();
        }
    }

    private static Object listener(Class<?> type, Runnable then) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
            if (arguments == null) {
                return method.getName().equals("hashCode") ? (Object) System.identityHashCode(self) : "ShutdownNotice";
            }
            if (method.getName().equals("equals")) {
                return self == arguments[0];
            }
            Object name = arguments[0].getClass().getMethod("name").invoke(arguments[0]);
            if (EVENT.equals(name)) {
                then.run();
            }
            return null;
        });
    }

    /** Else the server would keep the application's classes after an undeploy. */
    void unregister() {
        try {
            unregister.invoke(events, listener);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "The shutdown listener could not be taken back ({0})", e.toString());
        }
    }
}
