package dev.cordon.cluster;

import dev.cordon.cluster.Inquiries.Question;
import dev.cordon.cluster.Inquiries.Reply;
import dev.cordon.heap.OutOfMemory;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.SerialDrain;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * Answers the questions of other nodes. Hints that come while questions are read share the next read, and all answers of
 * a read leave together. Thread-safe.
 */
final class RemoteInquiries {
    private static final System.Logger LOG = System.getLogger(RemoteInquiries.class.getName());

    private final Inquiries inquiries;
    private final ClusterCounters counters;
    private final Executor executor;
    private final SerialDrain drain = new SerialDrain();
    private final Map<String, UnaryOperator<String>> respondents = new ConcurrentHashMap<>();

    RemoteInquiries(Inquiries inquiries, ClusterCounters counters, Executor executor) {
        this.inquiries = inquiries;
        this.counters = counters;
        this.executor = executor;
    }

    /** @param respondent makes the answer to a question of this kind; must not wait for another node */
    void answerWith(String kind, UnaryOperator<String> respondent) {
        respondents.put(kind, respondent);
    }

    /** Reads and answers what is new, on the executor. Does not wait. */
    void begin() {
        if (drain.enter()) {
            executor.execute(() -> drain.serve(this::guarded));
        }
    }

    private void guarded() {
        try {
            List<Reply> replies = new ArrayList<>();
            for (Question question : inquiries.fresh()) {
                replies.add(reply(question));
            }
            if (!replies.isEmpty()) {
                inquiries.answer(replies);
                counters.inquiriesAnswered.add(replies.size());
            }
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "Questions of other nodes wait for the log: {0}", e.getMessage());
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "Questions of other nodes could not be answered", e);
        }
    }

    private Reply reply(Question question) {
        UnaryOperator<String> respondent = respondents.get(question.kind());
        if (respondent == null || question.version() != Inquiries.VERSION) {
            LOG.log(Level.DEBUG, "A question that this version does not know: {0}", question.kind());
            return new Reply(question.id(), true, "");
        }
        try {
            String text = respondent.apply(question.text());
            if (text.length() <= Inquiries.MAX_ANSWER) {
                return new Reply(question.id(), false, text);
            }
            LOG.log(Level.WARNING, "The answer to another node''s question {0} is too long", question.kind());
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "A question of another node failed: " + question.kind(), e);
        }
        return new Reply(question.id(), true, "");
    }

    /** Answers what is new without a hint, and removes what is old. */
    void turn() {
        begin();
        inquiries.sweep();
    }
}
