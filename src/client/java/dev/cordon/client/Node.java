package dev.cordon.client;

import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * An address of the server API, and when it may be asked again after a failure. After each failure in a row the pause
 * doubles, up to {@link #MAX_PAUSE}, and half of it is random. Thread-safe.
 */
final class Node {
    static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    static final long MAX_PAUSE = TimeUnit.SECONDS.toNanos(2);

    private static final System.Logger LOG = System.getLogger("dev.cordon.client");
    /** A node that fails and works in turns does not fill the log. */
    private static final long BETWEEN_LINES = TimeUnit.SECONDS.toNanos(10);

    private static final int MAX_DOUBLINGS = 6;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final String host;
    private final int port;
    private final boolean tls;
    private final String path;
    private final String fields;
    private final Map<String, byte[]> heads = new ConcurrentHashMap<>();
    private volatile int failures;
    private volatile long notBefore;
    private boolean told;
    private long toldAt;

    /**
     * @param address {@code http://host:port} or {@code https://host:port}, with the context root if there is one
     * @throws IllegalArgumentException if it is anything else
     */
    Node(URI address, String apiKey) {
        String scheme = address.getScheme();
        tls = "https".equalsIgnoreCase(scheme);
        if ((!tls && !"http".equalsIgnoreCase(scheme))
                || address.getHost() == null
                || address.getRawUserInfo() != null
                || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the address of a node is http://host:port or https://host:port, with the context root if there is one");
        }
        host = address.getHost();
        port = address.getPort() >= 0 ? address.getPort() : tls ? HTTPS : HTTP;
        path = address.getRawPath() == null ? "" : address.getRawPath().replaceFirst("/+$", "");
        fields = " HTTP/1.1\r\nHost: " + address.getRawAuthority() + "\r\nX-API-Key: " + apiKey
                // A proxy or a setting may hide statuses otherwise.
                + "\r\nX-Centrifugo-Error-Mode: transport\r\nContent-Type: application/json\r\nContent-Length: ";
    }

    /** Host for look-ups: an address of IPv6 without its brackets. */
    String host() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return port;
    }

    boolean tls() {
        return tls;
    }

    /** Returns the head of a request up to its length. */
    byte[] head(String method) {
        return heads.computeIfAbsent(
                method, name -> ("POST " + path + "/api/" + name + fields).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns how long to wait before the node is asked; 0 or less if it may be asked now. */
    long pause(long now) {
        return failures == 0 ? 0 : notBefore - now;
    }

    void succeeded() {
        if (failures > 0) {
            recovered();
        }
    }

    private synchronized void recovered() {
        failures = 0;
        if (told) {
            told = false;
            LOG.log(Level.INFO, "{0} answers again", this);
        }
    }

    /**
     * Says that the node failed, or sent the caller away for a while.
     *
     * @param retryAfterNanos what it asked for; negative if nothing
     * @param why for the log
     */
    synchronized void failed(long retryAfterNanos, String why) {
        int before = failures;
        long pause = Math.min(FIRST_PAUSE << Math.min(before, MAX_DOUBLINGS), MAX_PAUSE);
        long jitter = ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        long wait = retryAfterNanos < 0 ? pause / 2 + jitter : retryAfterNanos + jitter;
        notBefore = System.nanoTime() + wait;
        failures = before + 1;
        if (!told && (toldAt == 0 || System.nanoTime() - toldAt > BETWEEN_LINES)) {
            told = true;
            toldAt = System.nanoTime();
            LOG.log(Level.WARNING, "{0} fails: {1}", this, why);
        }
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ":" + port + path;
    }
}
