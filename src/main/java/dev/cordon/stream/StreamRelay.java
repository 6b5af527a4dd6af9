package dev.cordon.stream;

import dev.cordon.cluster.OtherNodes;
import dev.cordon.cluster.UnansweredException;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Takes the commands of two-way streams to the node that has the stream, as a question between nodes (ADR 0026), where a
 * load balancer brings them to another one. Thread-safe.
 */
public final class StreamRelay {
    /** Kind of the question. */
    public static final String KIND = "stream-commands";

    /** Most requests that are passed on at a time: who sends them has shown nothing but a session. */
    static final int MOST = 4;

    /** Most bytes of commands that are passed on. */
    static final int MAX_FRAME = 64 * 1024;

    private final String self;
    private final StreamSessions sessions;
    private final OtherNodes others;
    private final Semaphore room = new Semaphore(MOST);

    /** @param self id of this node */
    public StreamRelay(String self, StreamSessions sessions, OtherNodes others) {
        this.self = self;
        this.sessions = sessions;
        this.others = others;
    }

    /** What became of commands. */
    enum Outcome {
        TAKEN,
        /** No node has the stream. */
        UNKNOWN,
        /** The other node was not asked or did not answer, and may have taken them. */
        UNANSWERED
    }

    /** What shows that a request comes from the page that opened the stream. */
    record Sender(String session, Optional<String> origin, String host) {}

    /** Carries commands out if this node has their stream. */
    boolean takes(Sender from, byte[] frame) {
        Optional<StreamSession> to =
                sessions.find(from.session()).filter(known -> known.isOf(from.origin(), from.host()));
        to.ifPresent(known -> known.receive(frame));
        return to.isPresent();
    }

    /** Returns true if the node is another one of this cluster. Does not wait. */
    boolean mayPassOn(String node) {
        return !node.equals(self)
                && others.known().stream().anyMatch(known -> known.id().equals(node));
    }

    /** Asks a node to carry commands out. Waits for its answer, for two seconds at most. */
    Outcome passOn(String node, Sender from, byte[] frame) {
        if (!room.tryAcquire()) {
            return Outcome.UNANSWERED;
        }
        try {
            JsonWriter question = new JsonWriter(frame.length + 256)
                    .raw("{\"session\":")
                    .quoted(from.session())
                    .raw(",\"host\":")
                    .quoted(from.host());
            from.origin().ifPresent(origin -> question.raw(",\"origin\":").quoted(origin));
            question.raw(",\"data\":")
                    .quoted(new String(frame, StandardCharsets.UTF_8))
                    .raw("}");
            OtherNodes.Answers answers = others.ask(node, KIND, question.asString());
            String answer = answers.texts().get(node);
            if (answer == null) {
                return Outcome.UNANSWERED;
            }
            return fields(answer).bool("taken") ? Outcome.TAKEN : Outcome.UNKNOWN;
        } catch (UnansweredException | LogUnavailableException e) {
            return Outcome.UNANSWERED;
        } finally {
            room.release();
        }
    }

    /** The answer to the question of another node. */
    public String answer(String question) {
        JsonFields fields = fields(question);
        Sender from = new Sender(fields.string("session", ""), fields.string("origin"), fields.string("host", ""));
        boolean taken = takes(from, fields.string("data", "").getBytes(StandardCharsets.UTF_8));
        return "{\"taken\":" + taken + "}";
    }

    private static JsonFields fields(String json) {
        return JsonFields.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
