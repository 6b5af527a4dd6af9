package dev.cordon.payara;

import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import dev.cordon.endpoint.ServerConnections.DirectWire;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.http.PlainPosts;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import org.glassfish.grizzly.Processor;
import org.glassfish.grizzly.filterchain.Filter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.http.Protocol;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.ssl.SSLFilter;
import org.glassfish.grizzly.ssl.SSLUtils;

/** The connection of a request of Grizzly. Confined to the thread that serves the request, except {@link #cut}. */
final class GrizzlyConnection implements RawConnection {
    /** Attributes that HTTP keeps with a connection and that only a next request would need. */
    private static final List<String> HTTP_STATE = List.of(
            "org.glassfish.grizzly.http.HttpContext",
            "org.glassfish.grizzly.http.HttpServerFilter.HttpRequest",
            "HttpServerFilter.KeepAliveContext",
            "HttpServerFilter.Request",
            StrictRequests.STREAM);

    /** Catalina's event that makes the container release an upgrade handler. */
    private static final String PRE_DESTROY = "predestroy";

    private final TCPNIOConnection connection;
    private final Request request;
    private final Object context;
    private final Method event;
    private final DirectRequestFilters shortcuts;

    /**
     * @param context Catalina's context of the application
     * @param event method of the context that tells its listeners of an event
     */
    GrizzlyConnection(
            TCPNIOConnection connection,
            Request request,
            Object context,
            Method event,
            DirectRequestFilters shortcuts) {
        this.connection = connection;
        this.request = request;
        this.context = context;
        this.event = event;
        this.shortcuts = shortcuts;
    }

    @Override
    public void cut() {
        connection.terminateSilently();
    }

    @Override
    public void boundWaiting(int bytes) {
        connection.setMaxAsyncWriteQueueSize(bytes);
    }

    @Override
    public void whenClosed(Runnable task) {
        if (request.getProtocol() == Protocol.HTTP_1_1 && SSLUtils.getSSLEngine(connection) == null) {
            EndOfInput.of(connection, task);
        }
    }

    @Override
    public void endOutput() {
        if (SSLUtils.getSSLEngine(connection) == null
                && connection.getAsyncWriteQueue().size() == 0) {
            try {
                ((SocketChannel) connection.getChannel()).shutdownOutput();
            } catch (IOException e) {
                // Gone already.
                cut();
            }
        }
    }

    @Override
    public Optional<DirectWire> takeOver(HttpUpgradeHandler from) {
        Optional<FilterChain> chain = leaveContainer();
        if (chain.isPresent()) {
            forget(from);
        }
        return chain.map(filters -> new GrizzlyWire(connection, filters));
    }

    @Override
    public Optional<DirectAnswer> takeAnswer() {
        return request.getProtocol() == Protocol.HTTP_1_1
                ? leaveContainer().map(filters -> new GrizzlyAnswer(connection))
                : Optional.empty();
    }

    /**
     * Makes the container forget the request, whose connection is served past it from now on.
     *
     * @return filters that have served the connection; empty if it must stay
     */
    private Optional<FilterChain> leaveContainer() {
        Processor<?> chain = connection.getProcessor();
        if (!(chain instanceof FilterChain filters)
                || filters.stream().anyMatch(GrizzlyConnection::needed)
                || SSLUtils.getSSLEngine(connection) != null
                || connection.getAsyncWriteQueue().size() > 0
                || !(request.getResponse().getSuspendContext() instanceof Response.SuspendedContextImpl suspended)
                || !suspended.markResumed()) {
            return Optional.empty();
        }
        HTTP_STATE.forEach(connection.getAttributes()::removeAttribute);
        return Optional.of(filters);
    }

    @Override
    public void readInPlace() {
        shortcuts.readInPlace(connection);
    }

    @Override
    public void learn(String host, String path, GatewaySockets sockets) {
        shortcuts.learn(connection, shortcut -> shortcut.learn(new Routes.Route(host, path), sockets));
    }

    @Override
    public void learn(String host, String base, PlainPosts to) {
        shortcuts.learn(connection, shortcut -> shortcut.learn(new Routes.Route(host, base), to));
    }

    /** Whether a filter must stay between the socket and us: TLS must not be bypassed. */
    private static boolean needed(Filter filter) {
        return filter instanceof SSLFilter;
    }

    @Override
    public void forget(HttpUpgradeHandler handler) {
        try {
            event.invoke(context, PRE_DESTROY, handler);
        } catch (ReflectiveOperationException e) {
            // Costs the memory of one small object; the connection is served all the same.
            System.getLogger(GrizzlyConnection.class.getName())
                    .log(System.Logger.Level.DEBUG, "The container keeps an upgrade handler", e);
        }
    }
}
