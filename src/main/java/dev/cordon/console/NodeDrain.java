package dev.cordon.console;

import dev.cordon.cluster.OtherNodes;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.upkeep.Drain;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The drain of one node, this one or another, on an operator's command. Thread-safe. */
final class NodeDrain {
    /** The kind of its question to the node; the text is an object with the field {@code operator}. */
    static final String KIND = "console-drain";

    /** One logger for all commands of operators. */
    private static final System.Logger LOG = System.getLogger(ConsoleApi.class.getName());

    private final String here;
    private final OtherNodes others;
    private final WebSocketManagerFactory factory;
    private final Drain drain;
    private final AtomicBoolean draining = new AtomicBoolean();

    NodeDrain(ConsoleSources of, Drain drain) {
        this.here = of.node().id();
        this.others = of.others();
        this.factory = of.factory();
        this.drain = drain;
    }

    /**
     * Begins the drain.
     *
     * @param node id of the node
     * @param operator as the log shall name it
     * @throws ConsoleRejection if the node drains already, or did not answer
     */
    void begin(String node, String operator) {
        if (!(node.equals(here) ? beginHere(operator) : beginThere(node, operator))) {
            throw new ConsoleRejection(409, "the node is draining or stopping already");
        }
    }

    private boolean beginThere(String node, String operator) {
        OtherNodes.Answers answers = others.ask(node, KIND, JsonWriter.toJson(Map.of("operator", operator)));
        String answer = answers.texts().get(node);
        if (answer == null) {
            throw new ConsoleRejection(
                    503, "the node did not answer: look at its state before you try again, since it may be draining");
        }
        LOG.log(Level.WARNING, "Operator {0} drains node {1}", operator, node);
        return fields(answer).bool("draining");
    }

    /** The answer to the question of another node's console. */
    String answer(String question) {
        return JsonWriter.toJson(Map.of("draining", beginHere(fields(question).string("operator", ""))));
    }

    private static JsonFields fields(String text) {
        return JsonFields.read(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Starts the drain on a thread of its own, because it takes long and also closes the operator's connection. */
    private boolean beginHere(String operator) {
        if (!factory.accepting() || !draining.compareAndSet(false, true)) {
            return false;
        }
        LOG.log(Level.WARNING, "Operator {0} drains this node", operator);
        Thread thread = new Thread(drain::run, "cordon-drain");
        thread.setDaemon(true);
        thread.start();
        return true;
    }
}
