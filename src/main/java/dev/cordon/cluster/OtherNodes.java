package dev.cordon.cluster;

import java.util.List;
import java.util.Map;

/**
 * Questions to the other nodes of the cluster. A call waits for the answers, for {@link Inquiries#DEADLINE} at most and
 * the log's database beside it: only threads that may wait call it. Thread-safe.
 */
public interface OtherNodes {
    /** For a node that is alone: asks nobody, and does not wait. */
    OtherNodes NONE = new OtherNodes() {
        @Override
        public boolean waits() {
            return false;
        }

        @Override
        public Answers ask(String kind, String text) {
            return new Answers(Map.of(), List.of());
        }

        @Override
        public Answers ask(String node, String kind, String text) {
            return new Answers(Map.of(), List.of(node));
        }

        @Override
        public List<NodeDirectory.Node> known() {
            return List.of();
        }
    };

    /**
     * What came back.
     *
     * @param texts answers, each a JSON object, by the id of the node that gave them
     * @param silent ids of the nodes that share the log and did not answer in time, or refused
     */
    record Answers(Map<String, String> texts, List<String> silent) {
        /**
         * Requires that every node answered.
         *
         * @throws UnansweredException if one did not
         */
        public Map<String, String> all() {
            if (!silent.isEmpty()) {
                throw new UnansweredException(silent);
            }
            return texts;
        }
    }

    /** Whether asking may wait. False for a node that is alone. */
    boolean waits();

    /**
     * Asks all other nodes.
     *
     * @throws dev.cordon.log.LogUnavailableException if the question could not be passed on
     * @throws UnansweredException if too many questions are under way
     */
    Answers ask(String kind, String text);

    /**
     * Asks one node.
     *
     * @throws dev.cordon.log.LogUnavailableException if the question could not be passed on
     * @throws UnansweredException if too many questions are under way
     */
    Answers ask(String node, String kind, String text);

    /** The nodes that share the log, this one included, at the last heartbeat. Does not wait. Empty when alone. */
    List<NodeDirectory.Node> known();
}
