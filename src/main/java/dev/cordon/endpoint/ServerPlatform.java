package dev.cordon.endpoint;

import dev.cordon.gateway.Cuts;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.Session;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * What the server offers beyond Jakarta EE. The one way to it: {@link #ofThisServer} finds the implementation, by {@link
 * ServiceLoader}, and {@link #PORTABLE} stands for a server of which nothing is known. Thread-safe.
 */
public interface ServerPlatform {
    /** Jakarta EE and nothing else. */
    ServerPlatform PORTABLE = new ServerPlatform() {};

    /** The one that the server is known by; {@link #PORTABLE} if it is another server, or switched off. */
    static ServerPlatform ofThisServer(boolean use) {
        if (!use) {
            return PORTABLE;
        }
        try {
            return ServiceLoader.load(ServerPlatform.class, ServerPlatform.class.getClassLoader())
                    .findFirst()
                    .orElse(PORTABLE);
        } catch (java.util.ServiceConfigurationError | LinkageError e) {
            System.getLogger(ServerPlatform.class.getName())
                    .log(System.Logger.Level.WARNING, "This server is used as any Jakarta EE server: " + e);
            return PORTABLE;
        }
    }

    /**
     * Its connections under Servlet.
     *
     * @param cuts counts those that are cut below Servlet
     * @return empty if the network layer is not one that is known
     */
    default Optional<ServerConnections> connections(Cuts cuts) {
        return Optional.empty();
    }

    /** As the first thing of a deployment: has requests answered with 503 until the application serves, and again once it ends. */
    default void answerUntilServing() {}

    /** Enabled HTTP listeners but the administration's, as configured; empty if the server does not tell. */
    default List<Listener> listeners() {
        return List.of();
    }

    /**
     * Has a task run when the server is about to stop and the application still answers; on the server's thread, which waits
     * for it.
     *
     * @return takes the task back
     */
    default Runnable beforeStop(Runnable task) {
        return () -> {};
    }

    /** The address that the server's own data grid is bound to, {@code *} for all; empty if there is none. */
    default Optional<String> gridAddress() {
        return Optional.empty();
    }

    /**
     * Replaces the server's stack traces about clients that left before their answer by one line a minute.
     *
     * @return undoes it
     */
    default Runnable shortenLogOfGoneClients() {
        return () -> {};
    }

    /** Names of the loggers through which the server reports a failed deployment. */
    default List<String> deploymentLoggers() {
        return List.of();
    }

    /** The handshake as the container's own engine gets it, with what its engine lacks added. */
    default HttpServletRequest forContainer(HttpServletRequest request, GatewaySockets sockets) {
        return request;
    }

    /** The peer's address, which Jakarta WebSocket does not tell. */
    default String remoteAddress(Session session) {
        return "unknown";
    }
}
