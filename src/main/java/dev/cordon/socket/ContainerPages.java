package dev.cordon.socket;

import java.io.CharConversionException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.http.HttpRequestPacket;

/**
 * What Payara answers itself, beside any application: {@code /health}, {@code /metrics}, {@code /openapi}. An answer there takes milliseconds of
 * work and needs no credentials, so these have threads of their own, one for health and one for the rest, and take the server's from nobody.
 * A connection has one request in their queues at most. Thread-safe.
 */
final class ContainerPages {
    private static final System.Logger LOG = System.getLogger(ContainerPages.class.getName());

    /** Requests that wait for one of the threads; more are refused. */
    private static final int MAX_WAITING = 1024;

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

    /** Whether the container answers this itself. */
    static boolean own(HttpRequestPacket head) {
        return switch (firstSegment(path(head))) {
            case "health", "metrics", "openapi" -> true;
            default -> false;
        };
    }

    /** Whether it is of those that tell how the node does and what its API is. */
    static boolean figures(HttpRequestPacket head) {
        return switch (firstSegment(path(head))) {
            case "metrics", "openapi" -> true;
            default -> false;
        };
    }

    /** @return false if too many wait */
    boolean execute(HttpRequestPacket head, Runnable task) {
        try {
            Optional.ofNullable(threads.get(firstSegment(path(head))))
                    .orElse(figures)
                    .execute(() -> guarded(task));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A request to the server's own pages failed", e);
        }
    }

    /** What waits is still answered. */
    void end() {
        health.shutdown();
        figures.shutdown();
    }

    private static String path(HttpRequestPacket head) {
        try {
            return head.getRequestURIRef().getDecodedURI();
        } catch (CharConversionException e) {
            // The container refuses it.
            return "";
        }
    }

    /** Of the path as the container takes it: without parameters, empty segments and steps up and down. */
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
