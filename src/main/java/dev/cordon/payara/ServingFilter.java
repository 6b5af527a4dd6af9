package dev.cordon.payara;

import dev.cordon.payara.RequestCheck.Rejection;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpContent;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.HttpResponsePacket;
import org.glassfish.grizzly.nio.NIOTransport;
import org.glassfish.grizzly.nio.SelectorRunner;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;

/**
 * A filter directly behind a listener's HTTP codec. While it is shut, it answers each new request to the application's
 * addresses with 503. A request that was let in goes on. Thread-safe.
 */
final class ServingFilter extends BaseFilter {
    static final Rejection NOT_SERVING =
            new Rejection(503, "this node is starting or ending: come back in a moment, /health/ready tells when");

    private static final System.Logger LOG = System.getLogger(ServingFilter.class.getName());

    /** Marks requests that were let in, because their bodies, and what follows an upgrade, come in parts. */
    private static final String LET_IN = ServingFilter.class.getName() + ".letIn";

    private final String base;
    private final Map<TCPNIOTransport, Placed> placed = new ConcurrentHashMap<>();
    private volatile boolean shut = true;

    private record Placed(FilterChain before, FilterChain with) {}

    /** @param base path of the application; empty for the server's root */
    ServingFilter(String base) {
        this.base = base;
    }

    void place(String listener, Object transport) {
        if (transport instanceof TCPNIOTransport tcp && tcp.getProcessor() instanceof FilterChain chain) {
            int codec = Guards.codec(chain);
            if (codec >= 0) {
                FilterChain with = FilterChainBuilder.stateless()
                        .addAll(List.copyOf(chain))
                        .add(codec + 1, this)
                        .build();
                placed.put(tcp, new Placed(chain, with));
                tcp.setProcessor(with);
                if (base.isEmpty()) {
                    closeOlder(tcp, chain);
                }
                return;
            }
        }
        LOG.log(Level.DEBUG, "Listener {0} answers by itself while the application starts", listener);
    }

    /**
     * Closes connections that clients made before and keep: these would bypass this filter and all guards (ADR 0013,
     * ADR 0014).
     */
    private static void closeOlder(TCPNIOTransport transport, FilterChain before) {
        try {
            Method runners = NIOTransport.class.getDeclaredMethod("getSelectorRunners");
            runners.setAccessible(true);
            for (SelectorRunner runner : (SelectorRunner[]) runners.invoke(transport)) {
                for (SelectionKey key : runner.getSelector().keys()) {
                    if (transport.getSelectionKeyHandler().getConnectionForKey(key) instanceof TCPNIOConnection older
                            && !(older instanceof TCPNIOServerConnection)
                            && older.getProcessor() == before) {
                        older.closeSilently();
                    }
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "Connections from before the start are not guarded, because the server does not list them: " + e);
        }
    }

    void shut(boolean now) {
        shut = now;
    }

    /** Leaves the listeners as they were found. */
    void remove() {
        shut = false;
        placed.forEach((transport, here) -> {
            if (transport.getProcessor() == here.with()) {
                transport.setProcessor(here.before());
            }
        });
        placed.clear();
    }

    @Override
    public NextAction handleRead(FilterChainContext context) {
        if (!(context.getMessage() instanceof HttpContent content)
                || !(content.getHttpHeader() instanceof HttpRequestPacket request)
                || request.getAttributes().getAttribute(LET_IN) != null) {
            return context.getInvokeAction();
        }
        if (shut && ofApplication(request.getRequestURI())) {
            return RequestGuard.reject(context, request, NOT_SERVING);
        }
        request.getAttributes().setAttribute(LET_IN, LET_IN);
        return context.getInvokeAction();
    }

    /**
     * Replaces the container's answer to a request that was let in before the application ended: 500 without a body, or
     * the container's own page.
     */
    @Override
    public NextAction handleWrite(FilterChainContext context) {
        if (shut
                && context.getMessage() instanceof HttpContent answer
                && answer.isLast()
                && answer.getHttpHeader() instanceof HttpResponsePacket head
                && !head.isCommitted()
                && head.getStatus() >= 500
                && ofApplication(head.getRequest().getRequestURI())) {
            answer.getContent().tryDispose();
            // A field set behind the end of the container's fields would count as a trailer.
            head.getHeaders().clear();
            context.setMessage(RequestGuard.answer(context, head, NOT_SERVING));
        }
        return context.getInvokeAction();
    }

    private boolean ofApplication(String path) {
        return path.startsWith(base)
                && (path.length() == base.length() || base.isEmpty() || path.charAt(base.length()) == '/');
    }
}
