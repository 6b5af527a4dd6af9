package dev.cordon.payara;

import dev.cordon.endpoint.Listener;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Grizzly's transports under this server's HTTP listeners. Jakarta EE does not lead to them, so Payara's classes are
 * found by name. If they are not found, no transport is known.
 */
final class ListenerTransports {
    private static final System.Logger LOG = System.getLogger(ListenerTransports.class.getName());

    private ListenerTransports() {}

    /** Returns the transports by the names of their listeners, without the administration's. */
    static Map<String, Object> ofThisServer() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try {
            Class<?> dispatcher = Class.forName("org.glassfish.api.container.RequestDispatcher", false, loader);
            Class<?> globals = Class.forName("org.glassfish.internal.api.Globals", false, loader);
            Class<?> type = Class.forName(Listeners.TYPE, false, loader);
            Object service = globals.getMethod("get", Class.class).invoke(null, dispatcher);
            Map<String, Object> found = new LinkedHashMap<>();
            for (Listener each : Listeners.ofThisServer()) {
                transport(service, type, configuration(type, each.name(), loader))
                        .ifPresent(transport -> found.put(each.name(), transport));
            }
            return Map.copyOf(found);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "This server does not lead to its listeners", e);
            return Map.of();
        }
    }

    private static Object configuration(Class<?> type, String name, ClassLoader loader)
            throws ReflectiveOperationException {
        List<?> all = Listeners.configured(loader);
        for (Object each : all) {
            if (name.equals(type.getMethod("getName").invoke(each))) {
                return each;
            }
        }
        throw new IllegalStateException("no listener " + name);
    }

    private static Optional<Object> transport(Object service, Class<?> type, Object listener)
            throws ReflectiveOperationException {
        Object proxy = service.getClass().getMethod("lookupNetworkProxy", type).invoke(service, listener);
        if (proxy == null) {
            return Optional.empty();
        }
        Object grizzly = proxy.getClass().getMethod("getUnderlyingListener").invoke(proxy);
        return Optional.ofNullable(grizzly.getClass().getMethod("getTransport").invoke(grizzly));
    }
}
