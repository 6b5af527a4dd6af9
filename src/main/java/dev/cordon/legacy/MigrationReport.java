package dev.cordon.legacy;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * The number of calls by path and by kind.
 *
 * @param calls for each path and each kind of call; 0 for those never made
 */
public record MigrationReport(Map<Path, Map<Call, Long>> calls) {
    /** The path of a call. */
    public enum Path {
        /** The singleton served it. */
        LEGACY,
        /** The factory served it. */
        FACTORY,
        /** Both did: the users concerned have connections of both, because the share was changed meanwhile. */
        BOTH
    }

    /** The kind of a call. */
    public enum Call {
        CONNECT("connect", "let the browser connect to /connection/websocket with a token"),
        DISCONNECT("disconnect", "CordonClient.disconnect(user)"),
        CONNECTIONS("connections", "CordonClient.presence(\"#\" + user)"),
        SEND("sendToUser", "CordonClient.publish(\"#\" + user, json)"),
        SEND_TO_CONNECTION(
                "sendToConnection",
                "CordonClient.publish(topic + \"#\" + user, json), a topic that this page subscribes to"),
        BROADCAST("broadcastExcept", "CordonClient.broadcast(channels, json)"),
        STATS("stats", "CordonClient.info()");

        private final String method;
        private final String instead;

        Call(String method, String instead) {
            this.method = method;
            this.instead = instead;
        }

        /** The name of the adapter's method. */
        public String method() {
            return method;
        }

        /** The direct call that takes its place, for the log and for operators. */
        public String instead() {
            return instead;
        }
    }

    public MigrationReport {
        Map<Path, Map<Call, Long>> copy = new EnumMap<>(Path.class);
        calls.forEach((path, of) -> copy.put(path, Collections.unmodifiableMap(new EnumMap<>(of))));
        calls = Collections.unmodifiableMap(copy);
    }

    public long calls(Path path, Call call) {
        return calls.getOrDefault(path, Map.of()).getOrDefault(call, 0L);
    }

    public long calls(Path path) {
        return calls.getOrDefault(path, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The part of all calls for which the singleton was needed, 0 to 1; 0 before the first call. */
    public double legacyShare() {
        long old = calls(Path.LEGACY) + calls(Path.BOTH);
        long all = old + calls(Path.FACTORY);
        return all == 0 ? 0 : (double) old / all;
    }

    static Map<Path, Map<Call, LongAdder>> counters() {
        Map<Path, Map<Call, LongAdder>> counters = new EnumMap<>(Path.class);
        for (Path path : Path.values()) {
            Map<Call, LongAdder> of = new EnumMap<>(Call.class);
            for (Call call : Call.values()) {
                of.put(call, new LongAdder());
            }
            counters.put(path, of);
        }
        return counters;
    }

    static LongAdder counter(Map<Path, Map<Call, LongAdder>> counters, Path path, Call call) {
        LongAdder adder = counters.getOrDefault(path, Map.of()).get(call);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + path + " " + call);
        }
        return adder;
    }

    static MigrationReport of(Map<Path, Map<Call, LongAdder>> counters) {
        Map<Path, Map<Call, Long>> calls = new EnumMap<>(Path.class);
        counters.forEach((path, of) -> {
            Map<Call, Long> sums = new EnumMap<>(Call.class);
            of.forEach((call, count) -> sums.put(call, count.sum()));
            calls.put(path, sums);
        });
        return new MigrationReport(calls);
    }
}
