package dev.cordon.endpoint;

import dev.cordon.gateway.Cuts;
import dev.cordon.protocol.Encoding;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.Session;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The server's features beyond Jakarta EE. {@link #ofThisServer} finds the implementation through {@link ServiceLoader}
 * and is the only access to it. {@link #PORTABLE} represents a server of which nothing is known. Thread-safe.
 */
public interface ServerPlatform {
    /** A server with Jakarta EE and nothing else. */
    ServerPlatform PORTABLE = new ServerPlatform() {};

    /**
     * Returns the implementation for this server; {@link #PORTABLE} if none can be loaded or {@code use} is false.
     *
     * @param use whether to use features beyond Jakarta EE
     */
    static ServerPlatform ofThisServer(boolean use) {
        return use ? foundBy(ServerPlatform.class.getClassLoader()) : PORTABLE;
    }

    /** Returns the implementation that a class loader finds; {@link #PORTABLE} if it can load none. */
    static ServerPlatform foundBy(ClassLoader loader) {
        try {
            return ServiceLoader.load(ServerPlatform.class, loader).findFirst().orElse(PORTABLE);
        } catch (java.util.ServiceConfigurationError | LinkageError e) {
            System.getLogger(ServerPlatform.class.getName())
                    .log(System.Logger.Level.WARNING, "This server is used like any Jakarta EE server: " + e);
            return PORTABLE;
        }
    }

    /**
     * The server's connections below Servlet.
     *
     * @param cuts counts the connections that are cut below Servlet
     * @return empty if the network layer is not known
     */
    default Optional<ServerConnections> connections(Cuts cuts) {
        return Optional.empty();
    }

    /**
     * Has requests answered with 503 until the application serves, and again once it ends. Called first in a
     * deployment.
     */
    default void answerUntilServing() {}

    /** The enabled HTTP listeners as configured, without the administration's; empty if the server does not tell. */
    default List<Listener> listeners() {
        return List.of();
    }

    /**
     * Registers a task for the moment when the server is about to stop and the application still answers. The task runs
     * on the server's thread, which waits for it.
     *
     * @return removes the task again
     */
    default Runnable beforeStop(Runnable task) {
        return () -> {};
    }

    /** The address to which the server's own data grid is bound, {@code *} for all; empty if there is no grid. */
    default Optional<String> gridAddress() {
        return Optional.empty();
    }

    /**
     * Replaces the server's stack traces about clients that left before their answer by one line a minute.
     *
     * @return undoes the replacement
     */
    default Runnable shortenLogOfGoneClients() {
        return () -> {};
    }

    /**
     * Wraps a handshake for the container's own engine, and adds what that engine lacks.
     *
     * @param encoding that the handshake selects
     */
    default HttpServletRequest forContainer(HttpServletRequest request, GatewaySockets sockets, Encoding encoding) {
        return request;
    }

    /** The peer's address, which Jakarta WebSocket does not expose. */
    default String remoteAddress(Session session) {
        return "unknown";
    }
}
