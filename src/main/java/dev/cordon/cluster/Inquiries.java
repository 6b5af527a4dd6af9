package dev.cordon.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The carrier of questions between nodes and of their answers. It knows nothing of what they mean. A question reaches
 * each node that it is for at most once, or not at all. Thread-safe.
 */
public interface Inquiries {
    /** Form of questions and answers. A node refuses a question of another one. */
    int VERSION = 1;

    /** Age from which on no node carries out a question any more. */
    Duration DEADLINE = Duration.ofSeconds(2);

    /** Time for which questions and answers are kept. */
    Duration KEPT = Duration.ofSeconds(10);

    /** Most characters of an answer's text. */
    int MAX_ANSWER = 256 * 1024;

    /**
     * A question of one node.
     *
     * @param id random; has nothing of the question's meaning
     * @param asker id of the node that asks
     * @param kind what is asked; a node refuses a kind that it does not know
     */
    record Question(String id, int version, String asker, String kind, String text) {}

    /**
     * One node's answer.
     *
     * @param node id of the node that answers
     * @param refused whether the node did not carry out the question; then the text is empty
     */
    record Answer(String node, boolean refused, String text) {}

    /** An answer and the id of its question. */
    record Reply(String question, boolean refused, String text) {}

    /**
     * Passes a question on to the other nodes, or to one of them, and hints them to read it.
     *
     * @param to id of the one node; empty for all
     * @throws dev.cordon.log.LogUnavailableException if it may not have been passed on
     */
    void ask(Question question, Optional<String> to);

    /**
     * The questions of other nodes that this node must answer, are younger than {@link #DEADLINE} and were not returned
     * before.
     *
     * @throws dev.cordon.log.LogUnavailableException if they cannot be read
     */
    List<Question> fresh();

    /**
     * Passes answers of this node on, and hints those who asked.
     *
     * @throws dev.cordon.log.LogUnavailableException if they may not have been passed on
     */
    void answer(List<Reply> replies);

    /**
     * The answers to a question so far, at most one of each node.
     *
     * @throws dev.cordon.log.LogUnavailableException if they cannot be read
     */
    List<Answer> answers(String question);

    /**
     * Removes what is older than {@link #KEPT}.
     *
     * @throws dev.cordon.log.LogUnavailableException if it cannot be removed
     */
    void sweep();
}
