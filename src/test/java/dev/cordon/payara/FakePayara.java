package dev.cordon.payara;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.tools.ToolProvider;

/**
 * Stand-ins for those of Payara's classes that Cordon finds by name. They exist in a class loader of their own, which is
 * this thread's until {@link #close}.
 */
final class FakePayara implements AutoCloseable {
    /** Each class without its package and modifiers, by its package. */
    private static final Map<String, List<String>> SOURCES = Map.of(
            "org.glassfish.internal.api",
            List.of("""
                    class Globals {
                        public static java.util.function.Function<String, Object> values;
                        public static Object getDefaultHabitat() { return new org.glassfish.hk2.api.ServiceLocator(); }
                        public static Object get(Class<?> type) { return values.apply(type.getSimpleName()); }
                    }"""),
            "org.glassfish.hk2.api",
            List.of("""
                    class ServiceLocator {
                        public Object getService(Class<?> type, String name, java.lang.annotation.Annotation... more) {
                            return name.equals("default-instance-name") ? %s.apply(type.getSimpleName()) : null;
                        }
                    }"""),
            "com.sun.enterprise.config.serverbeans",
            List.of("""
                    class Config {
                        public Object getNetworkConfig() { return new org.glassfish.grizzly.config.dom.NetworkConfig(); }
                    }"""),
            "org.glassfish.grizzly.config.dom",
            List.of(
                    "class NetworkConfig { public Object getNetworkListeners() { return new NetworkListeners(); } }",
                    "class NetworkListeners { public Object getNetworkListener() { return %s.apply(\"listeners\"); } }",
                    "class Protocol { public String secure; public String getSecurityEnabled() { return secure; } }",
                    """
                    class NetworkListener {
                        public String name;
                        public String enabled = "true";
                        public String secure = "false";
                        public String getName() { return name; }
                        public String getEnabled() { return enabled; }
                        public String getAddress() { return "192.0.2.7"; }
                        public String getPort() { return (String) %s.apply("port"); }
                        public Object findHttpProtocol() {
                            Protocol protocol = new Protocol();
                            protocol.secure = secure;
                            return protocol;
                        }
                    }"""),
            "org.glassfish.api.container",
            List.of("""
                    class RequestDispatcher {
                        public Object lookupNetworkProxy(org.glassfish.grizzly.config.dom.NetworkListener of) {
                            Object found = %s.apply("transport " + of.name);
                            return found == null ? null : new Found(found);
                        }
                        public static class Found {
                            private final Object transport;
                            Found(Object transport) { this.transport = transport; }
                            public Object getUnderlyingListener() { return this; }
                            public Object getTransport() { return transport; }
                        }
                    }"""),
            "org.glassfish.api.event",
            List.of("interface EventListener { void event(Event event); }", """
                    class Event {
                        private final String name;
                        private final Object hook;
                        Event(String name, Object hook) { this.name = name; this.hook = hook; }
                        public String name() { return name; }
                        public Object hook() { return hook; }
                    }""", """
                    class Events {
                        public final java.util.Set<EventListener> all = new java.util.HashSet<>();
                        public void register(EventListener one) { all.add(one); }
                        public void unregister(EventListener one) { all.remove(one); }
                        public void send(String name, Object about) {
                            for (EventListener one : java.util.List.copyOf(all)) one.event(new Event(name, about));
                        }
                    }"""),
            "org.glassfish.internal.deployment",
            List.of("""
                    class Deployment {
                        public Object getCurrentDeploymentContext() {
                            return new org.glassfish.api.deployment.DeploymentContext();
                        }
                    }"""),
            "org.glassfish.api.deployment",
            List.of("""
                    class DeploymentContext {
                        public java.util.Properties getAppProps() {
                            java.util.Properties all = new java.util.Properties();
                            Object path = %s.apply("context-root");
                            if (path != null) all.setProperty("context-root", (String) path);
                            return all;
                        }
                    }"""));

    /** What the stand-ins return, by name. */
    final Map<String, Object> values = new HashMap<>();

    private final List<Object> listeners = new ArrayList<>();
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final URLClassLoader loader;

    FakePayara(Path folder) {
        try {
            loader = new URLClassLoader(new URL[] {compiled(folder).toUri().toURL()}, before);
            loader.loadClass("org.glassfish.internal.api.Globals")
                    .getField("values")
                    .set(null, (Function<String, Object>) values::get);
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        for (String service : List.of(
                "org.glassfish.api.event.Events",
                "org.glassfish.internal.deployment.Deployment",
                "com.sun.enterprise.config.serverbeans.Config",
                "org.glassfish.api.container.RequestDispatcher")) {
            values.put(service.substring(service.lastIndexOf('.') + 1), make(service));
        }
        values.put("listeners", listeners);
        values.put("port", "8080");
        Thread.currentThread().setContextClassLoader(loader);
    }

    private static Path compiled(Path folder) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-d", folder.toString(), "-proc:none", "-nowarn"));
        for (Map.Entry<String, List<String>> each : SOURCES.entrySet()) {
            Path in = Files.createDirectories(folder.resolve(each.getKey().replace('.', File.separatorChar)));
            for (String source : each.getValue()) {
                String name = source.split("[ {]+", 3)[1];
                String text = "package " + each.getKey() + "; public "
                        + source.replace("%s", "org.glassfish.internal.api.Globals.values");
                arguments.add(
                        Files.writeString(in.resolve(name + ".java"), text).toString());
            }
        }
        if (ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0])) != 0) {
            throw new IllegalStateException("the stand-ins do not compile");
        }
        return folder;
    }

    /** Makes an object of one of the stand-ins. */
    Object make(String name) {
        try {
            return loader.loadClass(name).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds a listener to the server's configuration. */
    void listener(String name, boolean enabled, boolean secure, Optional<Object> transport) {
        Object listener = make(Listeners.TYPE);
        try {
            listener.getClass().getField("name").set(listener, name);
            listener.getClass().getField("enabled").set(listener, String.valueOf(enabled));
            listener.getClass().getField("secure").set(listener, String.valueOf(secure));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        listeners.add(listener);
        transport.ifPresent(its -> values.put("transport " + name, its));
    }

    /** Sends an event of the server. */
    void send(String name, Object about) {
        try {
            events().getClass().getMethod("send", String.class, Object.class).invoke(events(), name, about);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Number of listeners to the server's events. */
    int eventListeners() {
        try {
            return ((java.util.Set<?>) events().getClass().getField("all").get(events())).size();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object events() {
        return Optional.ofNullable(values.get("Events")).orElseThrow();
    }

    @Override
    public void close() {
        Thread.currentThread().setContextClassLoader(before);
        try {
            loader.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
