package dev.cordon.cluster;

import dev.cordon.cluster.Inquiries.Question;
import dev.cordon.manager.Ticker;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks the other nodes, and collects their answers until all have answered or the deadline has passed. At most
 * {@link #MAX_UNDER_WAY} questions are under way, and {@link Pace} spreads them over time. Thread-safe.
 */
final class Inquirer implements OtherNodes {
    /** Most questions at once. Each holds a thread of its caller. */
    static final int MAX_UNDER_WAY = 16;

    /** Time after which answers are read without a hint. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final System.Logger LOG = System.getLogger(Inquirer.class.getName());

    private final String node;
    private final NodeDirectory directory;
    private final Supplier<List<NodeDirectory.Node>> known;
    private final Inquiries inquiries;
    private final ClusterCounters counters;
    private final Semaphore room = new Semaphore(MAX_UNDER_WAY);
    private final Pace pace;
    /** Permits by question: one for each hint. */
    private final Map<String, Semaphore> hints = new ConcurrentHashMap<>();

    /**
     * @param node id of this node
     * @param known the nodes at the last heartbeat
     */
    Inquirer(
            String node,
            NodeDirectory directory,
            Supplier<List<NodeDirectory.Node>> known,
            Inquiries inquiries,
            ClusterCounters counters,
            Ticker ticker) {
        this.node = node;
        this.directory = directory;
        this.known = known;
        this.inquiries = inquiries;
        this.counters = counters;
        this.pace = new Pace(ticker);
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public List<NodeDirectory.Node> known() {
        return known.get();
    }

    @Override
    public Answers ask(String kind, String text) {
        return bounded(Optional.empty(), kind, text);
    }

    @Override
    public Answers ask(String of, String kind, String text) {
        return bounded(Optional.of(of), kind, text);
    }

    private Answers bounded(Optional<String> to, String kind, String text) {
        if (!room.tryAcquire()) {
            counters.inquiriesRejected.increment();
            throw new UnansweredException("too many questions to the other nodes are under way");
        }
        try {
            TimeUnit.NANOSECONDS.sleep(pace.take());
            return asked(to, kind, text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnansweredException("interrupted while waiting for the other nodes");
        } finally {
            room.release();
        }
    }

    private Answers asked(Optional<String> to, String kind, String text) throws InterruptedException {
        // Read afresh: a node that came since the last heartbeat may have connections, too.
        Set<String> expected = new LinkedHashSet<>();
        directory.nodes().stream()
                .map(NodeDirectory.Node::id)
                .filter(id -> !id.equals(node))
                .filter(id -> to.isEmpty() || to.get().equals(id))
                .forEach(expected::add);
        if (expected.isEmpty()) {
            return new Answers(Map.of(), to.map(List::of).orElse(List.of()));
        }
        Question question = new Question(UUID.randomUUID().toString(), Inquiries.VERSION, node, kind, text);
        Semaphore hinted = new Semaphore(0);
        hints.put(question.id(), hinted);
        try {
            long asked = System.nanoTime();
            inquiries.ask(question, to);
            counters.inquiriesAsked.increment();
            return collected(question, expected, hinted, asked);
        } finally {
            hints.remove(question.id());
        }
    }

    private Answers collected(Question question, Set<String> expected, Semaphore hinted, long asked)
            throws InterruptedException {
        Map<String, String> texts = new LinkedHashMap<>();
        Set<String> refused = new LinkedHashSet<>();
        long left = Inquiries.DEADLINE.toNanos();
        while (texts.size() + refused.size() < expected.size() && left > 0) {
            boolean unused = hinted.tryAcquire(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
            // Hints that came meanwhile are served by the same read.
            hinted.drainPermits();
            for (Inquiries.Answer answer : inquiries.answers(question.id())) {
                if (expected.contains(answer.node())) {
                    if (answer.refused() || !isObject(answer)) {
                        refused.add(answer.node());
                    } else {
                        texts.put(answer.node(), answer.text());
                    }
                }
            }
            left = Inquiries.DEADLINE.toNanos() - (System.nanoTime() - asked);
        }
        List<String> silent = new ArrayList<>(expected);
        silent.removeAll(texts.keySet());
        counters.inquiriesUnanswered.add(silent.size());
        return new Answers(texts, silent);
    }

    private static boolean isObject(Inquiries.Answer answer) {
        try {
            JsonFields unused = JsonFields.read(answer.text().getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (InvalidJsonException e) {
            LOG.log(Level.ERROR, "The answer of node " + answer.node() + " is no JSON object", e);
            return false;
        }
    }

    /** An answer has come. Does not wait. */
    void answered(String question) {
        Semaphore hinted = hints.get(question);
        if (hinted != null) {
            hinted.release();
        }
    }

    /** Answers may have come whose hints were lost. Does not wait. */
    void unsure() {
        hints.values().forEach(Semaphore::release);
    }
}
