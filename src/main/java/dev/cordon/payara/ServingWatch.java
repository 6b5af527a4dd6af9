package dev.cordon.payara;

import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A watch over the deployment that shuts and opens the {@link ServingGate} (ADR 0019). The gate is shut from the first
 * moment at which the server runs code of this application until the server says that the application serves. It is
 * shut again from the beginning of an undeploy to its end.
 */
final class ServingWatch {
    private static final System.Logger LOG = System.getLogger(ServingWatch.class.getName());

    private Optional<ServingGate> gate = Optional.empty();
    private Optional<ServerEvents> events = Optional.empty();

    /** Shuts the gate of the application that the server's thread is deploying. */
    void begin() {
        Optional<String> path = contextPath();
        if (path.isPresent()) {
            // Without events nothing would open the gate.
            events = ServerEvents.register(this::follow);
            gate = events.flatMap(known -> ServingGate.place(ListenerTransports.ofThisServer(), path.get()));
        }
    }

    private void follow(String name, Supplier<Object> about) {
        switch (name) {
            case "Application_Running" -> when(about, ServingGate::open);
            case "Undeployment_Start" -> when(about, ServingGate::shut);
            case "Application_Unloaded", "Deployment_Failed" -> when(about, this::remove);
            default -> {
                // Other events do not tell whether the application serves.
            }
        }
    }

    private void when(Supplier<Object> about, Consumer<ServingGate> then) {
        gate.filter(here -> ours(about.get())).ifPresent(then);
    }

    private void remove(ServingGate here) {
        here.remove();
        events.ifPresent(ServerEvents::unregister);
    }

    /**
     * Whether an event is about this application.
     *
     * @param about Payara's ApplicationInfo or DeploymentContext
     */
    private static boolean ours(Object about) {
        try {
            boolean running = about.getClass().getSimpleName().equals("ApplicationInfo");
            Object theirs = about.getClass()
                    .getMethod(running ? "getAppClassLoader" : "getFinalClassLoader")
                    .invoke(about);
            return theirs == ServingWatch.class.getClassLoader();
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.DEBUG, "The server does not say which application it means", e);
            return false;
        }
    }

    /** Returns the context path of the application that the server's thread is deploying. */
    private static Optional<String> contextPath() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try {
            Class<?> deployment = Class.forName("org.glassfish.internal.deployment.Deployment", false, loader);
            Class<?> context = Class.forName("org.glassfish.api.deployment.DeploymentContext", false, loader);
            Class<?> globals = Class.forName("org.glassfish.internal.api.Globals", false, loader);
            Object service = globals.getMethod("get", Class.class).invoke(null, deployment);
            Object current = deployment.getMethod("getCurrentDeploymentContext").invoke(service);
            Object properties = context.getMethod("getAppProps").invoke(current);
            return Optional.ofNullable(((Properties) properties).getProperty("context-root"));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "The server does not say where the application will be", e);
            return Optional.empty();
        }
    }
}
