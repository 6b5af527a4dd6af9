package dev.cordon.payara;

import java.io.CharConversionException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.http.HttpRequestPacket;

/**
 * The pages that Payara answers itself, beside any application: {@code /health}, {@code /metrics}, {@code /openapi}. An
 * answer takes milliseconds of work and needs no credentials. So these pages have two threads of their own, one for
 * health and one for the rest, and occupy none of the server's. A connection has at most one request in their queues.
 * Thread-safe.
 */
final class ContainerPages {
    private static final System.Logger LOG = System.getLogger(ContainerPages.class.getName());

    /** Requests that may wait for one of the threads; more are rejected. */
    private static final int MAX_WAITING = 1024;

    /**
     * Requests of one address that may wait or be answered at a time, so that no client keeps the probes of others
     * waiting.
     */
    static final int MAX_OF_A_PEER = 32;

    private static final Set<String> OWN = Set.of("health", "metrics", "openapi");

    private final ConcurrentHashMap<InetAddress, Integer> ofPeer = new ConcurrentHashMap<>();

    private final ThreadPoolExecutor health = thread("cordon-health");
    private final ThreadPoolExecutor figures = thread("cordon-figures");
    private final Map<String, ThreadPoolExecutor> threads =
            Map.of("health", health, "metrics", figures, "openapi", figures);

    private static ThreadPoolExecutor thread(String name) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Whether the container answers a request itself. */
    static boolean own(HttpRequestPacket head) {
        return name(path(head)).isPresent();
    }

    /**
     * Returns the page that a path may lead to. The container cuts a path at its first semicolon; other readings take
     * parameters out of each segment. A page counts if either reading leads to it.
     */
    static Optional<String> name(String path) {
        String first = firstSegment(path);
        if (OWN.contains(first)) {
            return Optional.of(first);
        }
        int parameters = path.indexOf(';');
        return parameters < 0
                ? Optional.empty()
                : Optional.of(firstSegment(path.substring(0, parameters))).filter(OWN::contains);
    }

    /** Whether a request is for the figures or the description of the API: {@code /metrics} or {@code /openapi}. */
    static boolean figures(HttpRequestPacket head) {
        return name(path(head)).filter(name -> !name.equals("health")).isPresent();
    }

    /**
     * Runs a task on the thread of the request's page.
     *
     * @return false if too many requests wait, of all clients or of this client's address
     */
    boolean execute(HttpRequestPacket head, Runnable task) {
        InetAddress peer = peer(head);
        if (ofPeer.merge(peer, 1, Integer::sum) > MAX_OF_A_PEER) {
            done(peer);
            return false;
        }
        try {
            name(path(head)).map(threads::get).orElse(figures).execute(() -> {
                try {
                    guarded(task);
                } finally {
                    done(peer);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            done(peer);
            return false;
        }
    }

    /** Returns how many requests of all addresses wait or are being answered. */
    int waiting() {
        return ofPeer.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void done(InetAddress peer) {
        ofPeer.computeIfPresent(peer, (key, count) -> count > 1 ? count - 1 : null);
    }

    private static InetAddress peer(HttpRequestPacket head) {
        return head.getConnection().getPeerAddress() instanceof InetSocketAddress internet
                        && internet.getAddress() != null
                ? internet.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A request to the server's own pages failed", e);
        }
    }

    /** Ends the threads. Requests that wait are still answered. */
    void end() {
        health.shutdown();
        figures.shutdown();
    }

    private static String path(HttpRequestPacket head) {
        try {
            return head.getRequestURIRef().getDecodedURI();
        } catch (CharConversionException | NumberFormatException | IndexOutOfBoundsException e) {
            // An escape that is none: the container rejects the request.
            return "";
        }
    }

    /**
     * Returns a path's first segment as the container reads it: without parameters, empty segments, {@code .} and
     * {@code ..}.
     */
    static String firstSegment(String path) {
        if (path.length() > 1 && path.charAt(0) == '/' && plain(path)) {
            int end = path.indexOf('/', 1);
            return path.substring(1, end < 0 ? path.length() : end);
        }
        Deque<String> segments = new ArrayDeque<>();
        for (String part : path.replace('\\', '/').split("/", -1)) {
            int parameters = part.indexOf(';');
            String segment = parameters < 0 ? part : part.substring(0, parameters);
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return segments.isEmpty() ? "" : segments.getFirst();
    }

    private static boolean plain(String path) {
        return path.indexOf(';') < 0 && path.indexOf('\\') < 0 && !path.contains("//") && !path.contains("/.");
    }
}
