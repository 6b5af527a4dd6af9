package dev.cordon.bench.model;

import java.util.Map;

/**
 * What a cluster is to carry, and on what machines. Assumed, not measured.
 *
 * @param connections clients that are connected
 * @param perMinute messages a minute to each connection
 * @param stayMinutes time for which a client stays connected
 * @param bytes of a message
 * @param cores of a node's machine
 * @param share of its cores that a node may use while one node is lost
 * @param perNode most connections of a node
 */
record Workload(
        double connections,
        double perMinute,
        double stayMinutes,
        double bytes,
        double cores,
        double share,
        double perNode) {
    /** Each connection gets a message of 300 bytes a minute and stays an hour; nodes of four cores, half of them busy. */
    static final Workload DEFAULT = new Workload(100_000, 1, 60, 300, 4, 0.5, 100_000);

    /** @throws IllegalArgumentException if a name is unknown or a number is not positive */
    Workload with(Map<String, Double> changes) {
        Workload changed = this;
        for (Map.Entry<String, Double> change : changes.entrySet()) {
            changed = changed.with(change.getKey(), change.getValue());
        }
        return changed;
    }

    Workload with(String name, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(name + " must be a number above 0");
        }
        return switch (name) {
            case "connections" -> new Workload(value, perMinute, stayMinutes, bytes, cores, share, perNode);
            case "perMinute" -> new Workload(connections, value, stayMinutes, bytes, cores, share, perNode);
            case "stayMinutes" -> new Workload(connections, perMinute, value, bytes, cores, share, perNode);
            case "bytes" -> new Workload(connections, perMinute, stayMinutes, value, cores, share, perNode);
            case "cores" -> new Workload(connections, perMinute, stayMinutes, bytes, value, share, perNode);
            case "share" -> new Workload(connections, perMinute, stayMinutes, bytes, cores, value, perNode);
            case "perNode" -> new Workload(connections, perMinute, stayMinutes, bytes, cores, share, value);
            default ->
                throw new IllegalArgumentException("no number is called '" + name
                        + "'; there are connections, perMinute, stayMinutes, bytes, cores, share and perNode");
        };
    }

    double messagesPerSecond() {
        return connections * perMinute / 60;
    }
}
