package dev.cordon.console;

import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.OtherNodes;
import dev.cordon.cluster.UnansweredException;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Connection;
import dev.cordon.manager.WebSocketManager;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One user's state for the console: sessions on all nodes, their connections, and closed connections, each with its
 * node. Thread-safe.
 */
final class UserView {
    /** The kind of its question to the other nodes; the text is an object with the field {@code user}. */
    static final String KIND = "console-user";

    /** Most closed connections that another node tells of. */
    private static final int CLOSES = 200;

    private static final System.Logger LOG = System.getLogger(UserView.class.getName());

    /** More than a node has room for in an answer. */
    private static final int MANY = 10_000;

    private final String node;
    private final OtherNodes others;
    private final WebSocketManagerFactory factory;
    private final ClosedConnections closes;

    UserView(ConsoleSources of) {
        this.node = of.node().id();
        this.others = of.others();
        this.factory = of.factory();
        this.closes = of.closes();
    }

    /**
     * Reads the user's state on all nodes. Nodes that did not answer, or could not be asked, are in the field {@code
     * silent}.
     *
     * @return a JSON object
     */
    String read(UserId user) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put(node, part(user, MANY));
        List<String> silent = List.of();
        if (others.waits()) {
            try {
                OtherNodes.Answers answers = others.ask(KIND, JsonWriter.toJson(Map.of("user", user.value())));
                parts.putAll(answers.texts());
                silent = answers.silent();
            } catch (LogUnavailableException | UnansweredException e) {
                // Operators look up users while the database is away, too.
                LOG.log(Level.DEBUG, "A user is looked up on this node alone: {0}", e.getMessage());
                silent = others.known().stream()
                        .map(NodeDirectory.Node::id)
                        .filter(id -> !id.equals(node))
                        .toList();
            }
        }
        return merged(user, parts, silent);
    }

    /** The answer to the question of another node. */
    String answer(String question) {
        return part(new UserId(fields(question).string("user", "")), CLOSES);
    }

    private String part(UserId user, int most) {
        return JsonWriter.toJson(Map.of(
                "managers",
                factory.managersOf(user).stream().map(UserView::manager).toList(),
                "closes",
                closes.of(user).stream().limit(most).map(UserView::close).toList()));
    }

    private record Entry(long at, String json) {}

    private static String merged(UserId user, Map<String, String> parts, List<String> silent) {
        List<Entry> managers = new ArrayList<>();
        List<Entry> closes = new ArrayList<>();
        parts.forEach((of, part) -> {
            JsonFields fields = fields(part);
            managers.addAll(entries(of, fields, "managers"));
            closes.addAll(entries(of, fields, "closes"));
        });
        // Stable: those of one node stay in their order.
        closes.sort(Comparator.comparingLong(Entry::at).reversed());
        JsonWriter writer = new JsonWriter(1024).raw("{\"user\":").quoted(user.value());
        list(writer.raw(",\"managers\":["), managers);
        list(writer.raw("],\"closes\":["), closes);
        return writer.raw("],\"silent\":").value(silent).raw("}").asString();
    }

    private static JsonFields fields(String text) {
        return JsonFields.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Entry> entries(String node, JsonFields part, String name) {
        return part.objects(name, MANY).stream()
                .flatMap(List::stream)
                .map(of -> new Entry(of.integer("at", 0), named(node, of)))
                .toList();
    }

    /** The object with its node as one more field. */
    private static String named(String node, JsonFields of) {
        JsonWriter writer = new JsonWriter(256).raw("{\"node\":").quoted(node);
        for (int i = 0; i < of.count(); i++) {
            writer.raw(",").quoted(of.name(i)).raw(":").raw(of.text(i));
        }
        return writer.raw("}").asString();
    }

    private static void list(JsonWriter writer, List<Entry> entries) {
        String separator = "";
        for (Entry entry : entries) {
            writer.raw(separator).raw(entry.json());
            separator = ",";
        }
    }

    private static Map<String, Object> manager(WebSocketManager manager) {
        return Map.of(
                "session", manager.key().session().value(),
                "connections",
                        manager.connections().stream().map(UserView::connection).toList());
    }

    private static Map<String, Object> connection(Connection connection) {
        return Map.of(
                "id", connection.id().value(),
                "state", connection.state().name(),
                "address", connection.remoteAddress(),
                "age_seconds", connection.liveness().age() / 1e9,
                "silence_seconds", connection.liveness().silence() / 1e9,
                "sent_bytes", connection.sentBytes(),
                "waiting_messages", connection.queuedMessages(),
                "waiting_bytes", connection.queuedBytes());
    }

    static Map<String, Object> close(ClosedConnection close) {
        return Map.of(
                "at", close.at().toEpochMilli(),
                "user", close.user().value(),
                "session", close.session().value(),
                "connection", close.connection().value(),
                "code", close.disconnect().code(),
                "reason", close.disconnect().reason(),
                "final", close.disconnect().isFinal(),
                "waiting_messages", close.waiting(),
                "lived_seconds", close.lived().toNanos() / 1e9);
    }
}
