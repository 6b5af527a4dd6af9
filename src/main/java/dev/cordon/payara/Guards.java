package dev.cordon.payara;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.http.HttpServerFilter;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;

/**
 * The guards of this application, placed for each listener, from the application's start to its end. A listener's own
 * chain is never changed: its new connections get a copy with the guards in it. Thread-safe.
 */
final class Guards {
    /** Checks of each request, in this order, before those that the application asks for. */
    static final List<RequestCheck> CHECKS = List.of(new BodilessPaths());

    private static final System.Logger LOG = System.getLogger(Guards.class.getName());

    private final UnreadAnswers unread;
    private final PartialHeads halves;
    private final ContainerPages pages;
    private final Map<TCPNIOTransport, Placed> placed = new ConcurrentHashMap<>();

    private record Placed(RequestGuard guard, StrictRequests strict, FilterChain before, FilterChain with) {}

    Guards(UnreadAnswers unread, PartialHeads halves) {
        this(unread, halves, new ContainerPages());
    }

    Guards(UnreadAnswers unread, PartialHeads halves, ContainerPages pages) {
        this.unread = unread;
        this.halves = halves;
        this.pages = pages;
    }

    /**
     * Places the guards of one listener.
     *
     * @param access decides who may see the figures
     * @return whether the listener is guarded from now on
     */
    boolean place(String listener, Object transport, RequestCheck access) {
        if (transport instanceof TCPNIOTransport tcp && tcp.getProcessor() instanceof FilterChain chain) {
            int codec = codec(chain);
            if (codec >= 0) {
                placed.computeIfAbsent(tcp, known -> place(known, chain, codec, access));
                return true;
            }
        }
        LOG.log(
                Level.WARNING,
                "Listener {0} is not guarded: clients that do not read the answers of this server''s other pages can"
                        + " block its threads, and /metrics and /openapi are open to everybody",
                listener);
        return false;
    }

    private Placed place(TCPNIOTransport transport, FilterChain chain, int codec, RequestCheck access) {
        StrictRequests strict = new StrictRequests(CodecBounds.of(chain, (HttpServerFilter) chain.get(codec)), halves);
        List<RequestCheck> checks = new ArrayList<>(CHECKS);
        checks.add(strict);
        checks.add(access);
        RequestGuard guard = new RequestGuard(unread, pages, checks);
        FilterChain with = FilterChainBuilder.stateless()
                .addAll(List.copyOf(chain))
                .add(codec + 1, guard)
                .add(codec, strict)
                .add(codec, new FreshReads())
                .build();
        transport.setProcessor(with);
        return new Placed(guard, strict, chain, with);
    }

    /** Returns the index of a chain's HTTP codec; -1 if there is none. */
    static int codec(FilterChain chain) {
        for (int i = 0; i < chain.size(); i++) {
            if (chain.get(i) instanceof HttpServerFilter) {
                return i;
            }
        }
        return -1;
    }

    /** Restores the listeners as they were found, at the application's end. */
    void withdraw() {
        placed.forEach((transport, here) -> {
            here.guard().end();
            here.strict().end();
            if (transport.getProcessor() == here.with()) {
                transport.setProcessor(here.before());
            }
        });
        placed.clear();
        pages.end();
    }
}
