package dev.cordon.api;

import dev.cordon.log.Ledger;
import dev.cordon.log.LogStats;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Counters;
import dev.cordon.manager.FactoryStats;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.json.JsonText;
import dev.cordon.publish.PublishCounters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** {@code info}: how much this node holds, and what it did since its start. Thread-safe. */
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

    private void write(JsonText text) {
        FactoryStats now = factory.stats();
        LogStats retained = log.stats();
        text.raw("{\"nodes\":[{\"uid\":")
                .quoted(uid)
                .raw(",\"name\":\"cordon\",\"version\":")
                .quoted(FrameWriter.VERSION)
                .raw(",\"commit\":")
                .quoted(commit);
        number(text, "uptime", Duration.between(startedAt, clock.instant()).toSeconds());
        number(text, "num_users", now.users());
        number(text, "num_managers", now.managers());
        number(text, "num_clients", now.connections());
        number(text, "num_opening", now.opening());
        number(text, "num_channels", retained.channels());
        number(text, "retained_publications", retained.publications());
        number(text, "retained_bytes", retained.bytes());
        number(text, "queued_messages", now.queuedMessages());
        number(text, "queued_bytes", now.queuedBytes());
        counters(text.raw(",\"counters\":{\"accepted\":").number(publishes.accepted.sum()));
        ledger(text.raw("},\"ledger\":"), log.ledger());
        text.raw("}]}");
    }

    static void ledger(JsonText text, Ledger of) {
        text.raw("{\"accepted\":").number(of.accepted());
        number(text, "acknowledged", of.acknowledged());
        number(text, "pending", of.pending());
        number(text, "expired", of.expired());
        number(text, "evicted", of.evicted());
        number(text, "removed", of.removed());
        text.raw("}");
    }

    private void counters(JsonText text) {
        number(text, "duplicates", publishes.duplicates.sum());
        number(text, "appended", publishes.appended.sum());
        number(text, "failed", publishes.failed.sum());
        number(text, "without_connection", publishes.withoutConnection.sum());
        number(text, "delivered", counters.delivered());
        for (Counters.Drop reason : Counters.Drop.values()) {
            number(text, "dropped_" + reason.name().toLowerCase(Locale.ROOT), counters.dropped(reason));
        }
    }

    private static void number(JsonText text, String name, long value) {
        text.raw(",").quoted(name).raw(":").number(value);
    }
}
