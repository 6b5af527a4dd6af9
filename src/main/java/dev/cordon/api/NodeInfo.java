package dev.cordon.api;

import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.OtherNodes;
import dev.cordon.cluster.ThisNode;
import dev.cordon.cluster.UnansweredException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The method {@code info}: what each node holds now, and its counters since its start. What the log holds is the same for
 * all nodes, so that only the asked node reads it. Thread-safe.
 */
public final class NodeInfo implements ApiMethod {
    /** The kind of its question to the other nodes; the text is {@code {}}. */
    public static final String KIND = "info";

    private final ThisNode node;
    private final OtherNodes others;
    private final WebSocketManagerFactory factory;
    private final UserLog log;
    private final PublishCounters publishes;
    private final Counters counters;
    private final Clock clock;
    private final String commit;

    /** @param commit that this node was built from */
    public NodeInfo(
            ThisNode node,
            OtherNodes others,
            WebSocketManagerFactory factory,
            UserLog log,
            PublishCounters publishes,
            Counters counters,
            Clock clock,
            String commit) {
        this.node = node;
        this.others = others;
        this.factory = factory;
        this.log = log;
        this.publishes = publishes;
        this.counters = counters;
        this.clock = clock;
        this.commit = commit;
    }

    @Override
    public Result call(Parameters parameters, PublishBatch batch) {
        LogStats retained = log.stats();
        Ledger ledger = log.ledger();
        OtherNodes.Answers answers = asked();
        return writer -> {
            String separator = "{\"nodes\":[";
            for (String own : nodes(answers)) {
                // An object of the node's own figures, to which those of the log are added.
                writer.raw(separator).raw(own.substring(0, own.length() - 1));
                log(writer, retained, ledger);
                separator = "},";
            }
            writer.raw("}]");
            if (!answers.silent().isEmpty()) {
                writer.raw(",\"silent\":").value(answers.silent());
            }
            writer.raw("}");
        };
    }

    private OtherNodes.Answers asked() {
        try {
            return others.ask(KIND, "{}");
        } catch (UnansweredException e) {
            throw new RejectedException(Rejected.NODE_SILENT, e.getMessage() + ": try again");
        }
    }

    private List<String> nodes(OtherNodes.Answers answers) {
        List<String> nodes = new ArrayList<>();
        nodes.add(answer());
        nodes.addAll(answers.texts().values());
        return nodes;
    }

    /** The answer to the question of another node: a JSON object with this node's own figures. */
    public String answer() {
        NodeDirectory.Node here = node.now(factory);
        FactoryStats now = factory.stats();
        JsonWriter writer = new JsonWriter(1024);
        writer.raw("{\"uid\":")
                .quoted(here.id())
                .raw(",\"name\":\"cordon\",\"version\":")
                .quoted(FrameWriter.VERSION)
                .raw(",\"commit\":")
                .quoted(commit)
                .raw(",\"state\":")
                .quoted(here.state().name().toLowerCase(Locale.ROOT));
        number(
                writer,
                "uptime",
                Duration.between(here.startedAt(), clock.instant()).toSeconds());
        number(writer, "num_users", now.users());
        number(writer, "num_managers", now.managers());
        number(writer, "num_clients", now.connections());
        number(writer, "num_opening", now.opening());
        number(writer, "queued_messages", now.queuedMessages());
        number(writer, "queued_bytes", now.queuedBytes());
        counters(writer.raw(",\"counters\":{\"accepted\":").number(publishes.accepted.sum()));
        return writer.raw("}}").asString();
    }

    private static void log(JsonWriter writer, LogStats retained, Ledger ledger) {
        number(writer, "num_channels", retained.channels());
        number(writer, "retained_publications", retained.publications());
        number(writer, "retained_bytes", retained.bytes());
        ledger(writer.raw(",\"ledger\":"), ledger);
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
