package dev.cordon.cluster;

import dev.cordon.cluster.NodeDirectory.Load;
import dev.cordon.cluster.NodeDirectory.Node;
import dev.cordon.cluster.NodeDirectory.State;
import dev.cordon.manager.FactoryStats;
import dev.cordon.manager.WebSocketManagerFactory;
import java.time.Instant;

/**
 * What a node is from its start to its end.
 *
 * @param id random, new at each start; the {@code uid} of {@code info}, and the node's id in the directory
 * @param version version of Cordon
 * @param address name of its machine and port, for people
 * @param startedAt by its own clock
 */
public record ThisNode(String id, String version, String address, Instant startedAt) {
    /** This node as the directory would list it. */
    public Node now(WebSocketManagerFactory factory) {
        return new Node(id, version, address, state(factory), startedAt, load(factory));
    }

    static State state(WebSocketManagerFactory factory) {
        return factory.accepting() ? State.READY : State.DRAINING;
    }

    static Load load(WebSocketManagerFactory factory) {
        FactoryStats stats = factory.stats();
        Runtime java = Runtime.getRuntime();
        return new Load(stats.users(), stats.connections(), java.totalMemory() - java.freeMemory(), java.maxMemory());
    }
}
