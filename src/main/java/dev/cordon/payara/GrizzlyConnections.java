package dev.cordon.payara;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.endpoint.ServerConnections;
import dev.cordon.gateway.Cuts;
import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.Grizzly;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;

/**
 * The connections of Payara: Grizzly under Catalina. They are reached through public methods, which depend on the
 * version, so only tested versions are accepted. Only {@link PayaraPlatform} loads this class, because Grizzly's
 * classes may be missing.
 */
final class GrizzlyConnections implements ServerConnections {
    /** Prefix of the Grizzly versions that this class was tested with. */
    private static final String KNOWN = "4.0.";

    private static final System.Logger LOG = System.getLogger(GrizzlyConnections.class.getName());

    private final UnreadAnswers unread;
    private final PartialHeads halves;
    private final DirectRequestFilters shortcuts;
    private final Guards guards;
    private volatile boolean guarded;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final Map<Place, Method> methods = new ConcurrentHashMap<>();

    /** @throws IllegalStateException if the version of Grizzly was not tested */
    GrizzlyConnections(Cuts cuts) {
        String version = Grizzly.getDotedVersion();
        if (!version.startsWith(KNOWN)) {
            throw new IllegalStateException(
                    "Grizzly " + version + " has not been tested; the tested versions begin with " + KNOWN);
        }
        this.unread = new UnreadAnswers(cuts);
        this.halves = new PartialHeads(cuts, System::nanoTime);
        this.shortcuts = new DirectRequestFilters(unread);
        this.guards = new Guards(unread, halves);
    }

    @Override
    public Optional<RawConnection> under(HttpServletRequest request) {
        HttpServletRequest innermost = request;
        while (innermost instanceof HttpServletRequestWrapper wrapper
                && wrapper.getRequest() instanceof HttpServletRequest wrapped) {
            innermost = wrapped;
        }
        try {
            Object catalina = call(innermost, "getUnwrappedCoyoteRequest");
            Object context = call(catalina, "getContext");
            Method event = method(context, "fireContainerEvent", String.class, Object.class);
            if (call(catalina, "getCoyoteRequest") instanceof Request grizzly
                    && connectionOf(grizzly) instanceof TCPNIOConnection tcp) {
                return Optional.of(new GrizzlyConnection(tcp, grizzly, context, event, shortcuts));
            }
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.DEBUG, "No way from {0} to its connection", innermost.getClass());
        }
        if (!warned.getAndSet(true)) {
            LOG.log(
                    Level.WARNING,
                    "Sockets go through Servlet''s streams, because the connection behind {0} cannot be reached",
                    innermost.getClass().getName());
        }
        return Optional.empty();
    }

    @Override
    public boolean known() {
        return true;
    }

    @Override
    public void guard(FiguresAccess access) {
        guard(ListenerTransports.ofThisServer(), access);
    }

    /** @param transports the server's own objects, by the names of their listeners */
    void guard(Map<String, Object> transports, FiguresAccess access) {
        if (transports.isEmpty()) {
            ServerConnections.UNKNOWN.guard(access);
            return;
        }
        RequestCheck figures = new FiguresCheck(access);
        boolean all = true;
        for (Map.Entry<String, Object> listener : transports.entrySet()) {
            all &= guards.place(listener.getKey(), listener.getValue(), figures);
        }
        guarded = all;
    }

    @Override
    public int writtenAtOnce() {
        return guarded ? RequestGuard.WRITTEN_AT_ONCE : -1;
    }

    @Override
    public void enter(HeapAccount account) {
        account.enter(HeapShare.ANSWERS, unread::bytes, unread::maxBytes);
    }

    @Override
    public long halfReceivedBytes() {
        return halves.bytes();
    }

    @Override
    public void sweep() {
        unread.sweep();
        halves.sweep();
    }

    @Override
    public void endDirectRequests() {
        shortcuts.withdraw();
    }

    @Override
    public void end() {
        guarded = false;
        shortcuts.withdraw();
        guards.withdraw();
        unread.end();
        halves.end();
    }

    private static Connection<?> connectionOf(Request request) {
        return request.getContext().getConnection();
    }

    private Object call(Object on, String name) throws ReflectiveOperationException {
        return method(on, name).invoke(on);
    }

    /** Looks a method up, once for each class: a look-up costs more than all else here. */
    private Method method(Object on, String name, Class<?>... parameters) throws ReflectiveOperationException {
        Place place = new Place(on.getClass(), name);
        Method known = methods.get(place);
        if (known == null) {
            known = on.getClass().getMethod(name, parameters);
            methods.put(place, known);
        }
        return known;
    }

    private record Place(Class<?> type, String name) {}
}
