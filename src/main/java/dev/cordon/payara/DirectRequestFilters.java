package dev.cordon.payara;

import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.glassfish.grizzly.Processor;
import org.glassfish.grizzly.filterchain.Filter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.filterchain.TransportFilter;
import org.glassfish.grizzly.http.HttpServerFilter;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.utils.IdleTimeoutFilter;

/**
 * The shortcuts of this application, placed for each listener: past the container for handshakes and plain POSTs, past
 * the pool for short reads. A listener's own chain is never changed: its new connections get a copy with the filter in
 * it, until {@link #withdraw}. Thread-safe.
 */
final class DirectRequestFilters {
    private static final System.Logger LOG = System.getLogger(DirectRequestFilters.class.getName());

    private final UnreadAnswers unread;
    private final Map<TCPNIOTransport, Placed> placed = new HashMap<>();
    private final Map<TCPNIOTransport, ReadsInPlace> reads = new HashMap<>();
    private boolean withdrawn;

    private record Placed(DirectRequestFilter shortcut, FilterChain before, FilterChain with) {}

    DirectRequestFilters(UnreadAnswers unread) {
        this.unread = unread;
    }

    /**
     * Adds a route to the filter of a connection's listener. Call it when the container has served a request on that
     * route.
     */
    synchronized void learn(TCPNIOConnection over, Consumer<DirectRequestFilter> route) {
        if (withdrawn || !(over.getTransport() instanceof TCPNIOTransport transport)) {
            return;
        }
        Placed known = placed.get(transport);
        if (known == null && transport.getProcessor() instanceof FilterChain chain) {
            int codec = plainCodec(chain);
            if (codec < 0) {
                LOG.log(Level.DEBUG, "No shortcut past the container: the listener''s filters are {0}", chain);
                return;
            }
            known = place(transport, chain, codec);
            placed.put(transport, known);
        }
        if (known != null) {
            route.accept(known.shortcut());
        }
    }

    private Placed place(TCPNIOTransport transport, FilterChain chain, int codec) {
        DirectRequestFilter shortcut = new DirectRequestFilter(unread);
        FilterChain with = FilterChainBuilder.stateless()
                .addAll(List.copyOf(chain))
                .add(codec, shortcut)
                .build();
        transport.setProcessor(with);
        return new Placed(shortcut, chain, with);
    }

    /** Has sockets of this connection's listener read in place from now on, where possible. Idempotent. */
    synchronized void readInPlace(TCPNIOConnection over) {
        if (!withdrawn && over.getTransport() instanceof TCPNIOTransport transport) {
            reads.computeIfAbsent(transport, known -> {
                ReadsInPlace strategy = new ReadsInPlace(known.getIOStrategy());
                known.setIOStrategy(strategy);
                return strategy;
            });
        }
    }

    /**
     * Returns the index of the HTTP codec, or of the filter that guards it. Returns -1 if there is none, or if a filter
     * before it may change bytes.
     */
    private static int plainCodec(FilterChain chain) {
        for (int i = 0; i < chain.size(); i++) {
            Filter filter = chain.get(i);
            if (filter instanceof HttpServerFilter || filter instanceof StrictRequests) {
                return i;
            }
            if (!(filter instanceof TransportFilter)
                    && !(filter instanceof IdleTimeoutFilter)
                    && !(filter instanceof FreshReads)) {
                return -1;
            }
        }
        return -1;
    }

    /** Restores the listeners as they were found, at the application's end. */
    synchronized void withdraw() {
        withdrawn = true;
        placed.forEach((transport, here) -> {
            here.shortcut().end();
            Processor<?> now = transport.getProcessor();
            if (now == here.with()) {
                transport.setProcessor(here.before());
            }
        });
        placed.clear();
        reads.forEach((transport, here) -> {
            if (transport.getIOStrategy().equals(here)) {
                transport.setIOStrategy(here.otherwise());
            }
        });
        reads.clear();
    }
}
