package dev.cordon.payara;

import dev.cordon.endpoint.Listener;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Payara's configuration of its HTTP listeners. Jakarta EE does not tell an application before its first request where
 * the server listens, so Payara's classes are found by name. If they are not found, no listener is known.
 */
final class Listeners {
    /** Payara's interface of one listener's configuration. */
    static final String TYPE = "org.glassfish.grizzly.config.dom.NetworkListener";

    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private Listeners() {}

    /** Returns the enabled listeners as configured, without the administration's. */
    static List<Listener> ofThisServer() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try {
            Class<?> type = Class.forName(TYPE, false, loader);
            List<Listener> found = new ArrayList<>();
            for (Object each : configured(loader)) {
                of(type, each, loader).ifPresent(found::add);
            }
            return List.copyOf(found);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "This server does not say where it listens", e);
            return List.of();
        }
    }

    /** Returns Payara's configuration of each listener. */
    static List<?> configured(ClassLoader loader) throws ReflectiveOperationException {
        Class<?> globals = Class.forName("org.glassfish.internal.api.Globals", false, loader);
        Class<?> configType = Class.forName("com.sun.enterprise.config.serverbeans.Config", false, loader);
        Object habitat = globals.getMethod("getDefaultHabitat").invoke(null);
        Class<?> locator = Class.forName("org.glassfish.hk2.api.ServiceLocator", false, loader);
        Object config = locator.getMethod(
                        "getService", Class.class, String.class, java.lang.annotation.Annotation[].class)
                .invoke(habitat, configType, "default-instance-name", new java.lang.annotation.Annotation[0]);
        Object network = call(configType, config, "getNetworkConfig");
        Class<?> networkType = Class.forName("org.glassfish.grizzly.config.dom.NetworkConfig", false, loader);
        Class<?> listType = Class.forName("org.glassfish.grizzly.config.dom.NetworkListeners", false, loader);
        return (List<?>) call(listType, call(networkType, network, "getNetworkListeners"), "getNetworkListener");
    }

    private static Optional<Listener> of(Class<?> type, Object each, ClassLoader loader)
            throws ReflectiveOperationException {
        String name = String.valueOf(call(type, each, "getName"));
        if (name.equals("admin-listener") || !Boolean.parseBoolean(String.valueOf(call(type, each, "getEnabled")))) {
            return Optional.empty();
        }
        Object protocol = call(type, each, "findHttpProtocol");
        Class<?> protocolType = Class.forName("org.glassfish.grizzly.config.dom.Protocol", false, loader);
        boolean secure = Boolean.parseBoolean(String.valueOf(call(protocolType, protocol, "getSecurityEnabled")));
        return Optional.of(new Listener(
                name,
                String.valueOf(call(type, each, "getAddress")),
                Integer.parseInt(String.valueOf(call(type, each, "getPort"))),
                secure));
    }

    private static Object call(Class<?> type, Object on, String method) throws ReflectiveOperationException {
        Method of = type.getMethod(method);
        Object result = of.invoke(on);
        if (result == null) {
            throw new IllegalStateException(method + " says nothing");
        }
        return result;
    }
}
