package dev.cordon.api;

import dev.cordon.log.Ledger;
import dev.cordon.log.LogStats;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Counters;
import dev.cordon.manager.FactoryStats;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.publish.PublishCounters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** The method {@code info}: what this node holds now, and its counters since its start. Thread-safe. */
public final class NodeInfo implements ApiMethod {
    private final WebSocketManagerFactory factory;
    private final UserLog log;
    private final PublishCounters publishes;
    private final Counters counters;
    private final Clock clock;
    private final Instant startedAt;
    private final String uid;
    private final String commit;

    /**
     * @param uid of this node, from its start to its end
     * @param commit that it was built from
     */
    public NodeInfo(
            WebSocketManagerFactory factory,
            UserLog log,
            PublishCounters publishes,
            Counters counters,
            Clock clock,
            Instant startedAt,
            String uid,
            String commit) {
        this.factory = factory;
        this.log = log;
        this.publishes = publishes;
        this.counters = counters;
        this.clock = clock;
        this.startedAt = startedAt;
        this.uid = uid;
        this.commit = commit;
    }

    @Override
    public Result call(Parameters parameters, PublishBatch batch) {
        return this::write;
    }

    private void write(JsonWriter writer) {
        FactoryStats now = factory.stats();
        LogStats retained = log.stats();
        writer.raw("{\"nodes\":[{\"uid\":")
                .quoted(uid)
                .raw(",\"name\":\"cordon\",\"version\":")
                .quoted(FrameWriter.VERSION)
                .raw(",\"commit\":")
                .quoted(commit);
        number(writer, "uptime", Duration.between(startedAt, clock.instant()).toSeconds());
        number(writer, "num_users", now.users());
        number(writer, "num_managers", now.managers());
        number(writer, "num_clients", now.connections());
        number(writer, "num_opening", now.opening());
        number(writer, "num_channels", retained.channels());
        number(writer, "retained_publications", retained.publications());
        number(writer, "retained_bytes", retained.bytes());
        number(writer, "queued_messages", now.queuedMessages());
        number(writer, "queued_bytes", now.queuedBytes());
        counters(writer.raw(",\"counters\":{\"accepted\":").number(publishes.accepted.sum()));
        ledger(writer.raw("},\"ledger\":"), log.ledger());
        writer.raw("}]}");
    }

    static void ledger(JsonWriter writer, Ledger of) {
        writer.raw("{\"accepted\":").number(of.accepted());
        number(writer, "acknowledged", of.acknowledged());
        number(writer, "pending", of.pending());
        number(writer, "expired", of.expired());
        number(writer, "evicted", of.evicted());
        number(writer, "removed", of.removed());
        writer.raw("}");
    }

    private void counters(JsonWriter writer) {
        number(writer, "duplicates", publishes.duplicates.sum());
        number(writer, "appended", publishes.appended.sum());
        number(writer, "failed", publishes.failed.sum());
        number(writer, "without_connection", publishes.withoutConnection.sum());
        number(writer, "delivered", counters.delivered());
        for (Counters.Drop reason : Counters.Drop.values()) {
            number(writer, "dropped_" + reason.name().toLowerCase(Locale.ROOT), counters.dropped(reason));
        }
    }

    private static void number(JsonWriter writer, String name, long value) {
        writer.raw(",").quoted(name).raw(":").number(value);
    }
}
