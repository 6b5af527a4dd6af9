package dev.cordon.config;

import dev.cordon.endpoint.Listener;
import dev.cordon.endpoint.TransportKind;
import dev.cordon.manager.Limits;
import dev.cordon.protocol.FrameWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The log's text about a start. One block tells what runs, where and within which limits; a warning names each setting
 * that is unsafe on this server.
 *
 * @param lines of the block
 * @param warnings one line each
 */
record Banner(List<String> lines, List<String> warnings) {
    Banner {
        lines = List.copyOf(lines);
        warnings = List.copyOf(warnings);
    }

    /**
     * @param listeners where this server listens; empty if it does not say
     * @param contextPath of the application
     * @param grid address that the grid's port is bound to; empty if there is no grid
     * @param hooks the application's hooks; empty without any
     */
    static Banner of(
            Start start, List<Listener> listeners, String contextPath, Optional<String> grid, Optional<String> hooks) {
        Settings now = start.live().get();
        Limits limits = now.limits();
        List<String> lines = new ArrayList<>();
        lines.add("Cordon " + version() + ", commit " + BuildCommit.id() + ", mode "
                + lower(start.mode()) + ", log "
                + lower(start.log()) + ", cluster " + lower(start.cluster()) + ", transport " + lower(start.transport())
                + ", canary "
                + (start.canary().on() ? "on" : "off") + compression(start));
        lines.add("limits: " + limits.maxManagersPerUser() + " sessions a user, " + limits.maxConnectionsPerManager()
                + " connections a session, " + limits.maxConnections() + " connections, "
                + limits.maxSubscriptions() + " channels a connection, at a limit "
                + lower(limits.limitPolicy()));
        lines.add("queue: " + limits.queueMaxMessages() + " messages, " + limits.queueMaxBytes()
                + " bytes a connection; message: "
                + now.api().maxMessageBytes() + " bytes; history: "
                + now.retention().maxPublications()
                + " messages a channel for " + now.retention().timeToLive());
        hooks.ifPresent(found -> lines.add("hooks " + found));
        for (Listener each : listeners) {
            String server = each.reachedAt();
            String base = server + contextPath;
            // Health and metrics are the server's own, and stand at its root whatever the application's path.
            lines.add(base + "/  socket " + base.replaceFirst("http", "ws") + "/connection/websocket  health " + server
                    + "/health/ready  metrics " + server + "/metrics?scope=application");
        }
        return new Banner(lines, warnings(start, now, listeners, grid));
    }

    private static List<String> warnings(Start start, Settings now, List<Listener> listeners, Optional<String> grid) {
        List<String> warnings = new ArrayList<>();
        listeners.stream()
                .filter(each -> start.mode() == Mode.DEV && !each.loopback())
                .forEach(each -> warnings.add("development mode on " + each.address() + ":" + each.port()
                        + ", which other machines can reach: set cordon.mode=production, or bind the listener to"
                        + " 127.0.0.1 (payara-config/pre-boot-dev.asadmin)"));
        if (now.socket().allowedOrigins().contains("*")) {
            warnings.add("cordon.allowed-origins is *: every web page may open connections; name the pages' origins");
        }
        grid.filter(address -> open(address) && !(start.cluster() == ClusterKind.GRID && privateAddress(address)))
                .ifPresent(address -> warnings.add("the grid's port is bound to " + address
                        + " and has no authentication: "
                        + (start.cluster() == ClusterKind.GRID ? "" : "start with --nohazelcast, or ")
                        + "bind it to a private interface (payara-config/cluster/hazelcast-grid.xml)"));
        return warnings;
    }

    /** What becomes of {@code cordon.compression}; nothing if it is false, as by default. */
    private static String compression(Start start) {
        if (!start.compression()) {
            return "";
        }
        return start.transport() == TransportKind.CONTAINER
                ? ", compression declined (cordon.transport=container has none)"
                : ", compression on";
    }

    /** The version of Cordon, such as {@code 1.0.0}. */
    static String version() {
        return FrameWriter.VERSION.replace("cordon ", "");
    }

    private static boolean open(String address) {
        return !address.startsWith("127.") && !address.equals("::1");
    }

    /** An address of a network that is not routed on the internet (RFC 1918, RFC 4193). */
    private static boolean privateAddress(String address) {
        return address.matches("10\\..*|192\\.168\\..*|172\\.(1[6-9]|2[0-9]|3[01])\\..*|f[cd][0-9a-f]{2}:.*");
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the lines as one record of the log. */
    String block() {
        return String.join("\n  ", lines);
    }
}
