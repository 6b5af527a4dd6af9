package dev.cordon.config;

import dev.cordon.endpoint.Listener;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The name under which people know a node: its machine's name, and the port of the first listener. */
final class NodeAddress {
    private NodeAddress() {}

    /** @param listeners of the server; empty if it does not say */
    static String of(List<Listener> listeners) {
        return listeners.stream()
                .findFirst()
                .map(listener -> host() + ":" + listener.port())
                .orElseGet(NodeAddress::host);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
