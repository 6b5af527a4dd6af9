package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.Inquiries.Answer;
import dev.cordon.cluster.Inquiries.Question;
import dev.cordon.cluster.Inquiries.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What each carrier of questions between nodes must do. */
public abstract class InquiriesContract {
    /** One node's side of the carrier. */
    protected abstract Inquiries node(String id);

    /** The carrier of a node's hints. */
    protected abstract Wakeup wakeup(String node);

    /** Makes everything that the carrier holds this much older. */
    protected abstract void age(Duration by);

    /** The number of questions and answers that the carrier holds. */
    protected abstract int held();

    /** What a node has been hinted at. */
    private static final class Hints implements Wakeup.Hearer {
        /** A star for a question, or the id of a question that was answered. */
        final List<String> heard = new CopyOnWriteArrayList<>();

        final CountDownLatch listens = new CountDownLatch(1);

        @Override
        public void listening(String secret) {
            listens.countDown();
        }

        @Override
        public void woken(Collection<UserHash> users) {}

        @Override
        public void unsure() {}

        @Override
        public void ordered() {}

        @Override
        public void asked() {
            heard.add("*");
        }

        @Override
        public void answered(String question) {
            heard.add(question);
        }

        @Override
        public void probed(Collection<UserHash> users) {}
    }

    private final List<Wakeup> wakeups = new ArrayList<>();

    @AfterEach
    void stopListening() {
        wakeups.forEach(Wakeup::close);
    }

    /** Begins to collect the hints that a node hears, and returns when it hears them. */
    private Hints hints(String node) throws InterruptedException {
        Hints hints = new Hints();
        Wakeup wakeup = wakeup(node);
        wakeups.add(wakeup);
        wakeup.listen(hints);
        assertThat(hints.listens.await(10, TimeUnit.SECONDS)).isTrue();
        return hints;
    }

    private static Question question(String id, String asker) {
        return new Question(id, Inquiries.VERSION, asker, "kind", "{\"of\":\"älice\"}");
    }

    @Test
    @DisplayName("a question reaches each other node once, as it was asked")
    void reachesEachOtherNodeOnce() {
        Inquiries a = node("a");
        Inquiries b = node("b");
        Inquiries c = node("c");
        Question question = question("q1", "a");

        a.ask(question, Optional.empty());

        assertThat(b.fresh()).containsExactly(question);
        assertThat(b.fresh()).isEmpty();
        assertThat(c.fresh()).containsExactly(question);
        assertThat(a.fresh()).isEmpty();
    }

    @Test
    @DisplayName("a question to one node reaches that node only")
    void reachesTheOneNode() {
        Inquiries b = node("b");
        Inquiries c = node("c");

        node("a").ask(question("q1", "a"), Optional.of("c"));

        assertThat(b.fresh()).isEmpty();
        assertThat(c.fresh()).extracting(Question::id).containsExactly("q1");
    }

    @Test
    @DisplayName("a question that is older than its deadline is not carried out any more")
    void dropsWhatIsLate() {
        Inquiries b = node("b");
        node("a").ask(question("q1", "a"), Optional.empty());

        age(Inquiries.DEADLINE);

        assertThat(b.fresh()).isEmpty();
    }

    @Test
    @DisplayName("answers come back with their node, for the question that they belong to, and of each node the first")
    void bringsAnswersBack() {
        Inquiries a = node("a");
        Inquiries b = node("b");
        Inquiries c = node("c");
        a.ask(question("q1", "a"), Optional.empty());
        a.ask(question("q2", "a"), Optional.empty());
        assertThat(a.answers("q1")).isEmpty();

        b.answer(List.of(new Reply("q1", false, "{\"n\":\"ü\"}"), new Reply("q2", true, "")));
        b.answer(List.of(new Reply("q1", false, "{}")));
        c.answer(List.of(new Reply("q1", false, "{\"n\":2}")));

        assertThat(a.answers("q1"))
                .containsExactlyInAnyOrder(
                        new Answer("b", false, "{\"n\":\"ü\"}"), new Answer("c", false, "{\"n\":2}"));
        assertThat(a.answers("q2")).containsExactly(new Answer("b", true, ""));
        assertThat(a.answers("q3")).isEmpty();
    }

    @Test
    @DisplayName("an answer may have its whole length")
    void carriesLongAnswers() {
        Inquiries a = node("a");
        a.ask(question("q1", "a"), Optional.empty());
        String text = "{\"x\":\"" + "y".repeat(Inquiries.MAX_ANSWER - 8) + "\"}";

        node("b").answer(List.of(new Reply("q1", false, text)));

        assertThat(a.answers("q1")).extracting(Answer::text).containsExactly(text);
    }

    @Test
    @DisplayName("a question hints the other nodes, and an answer hints at its question")
    void hints() throws InterruptedException {
        Hints onA = hints("a");
        Hints onB = hints("b");
        node("a").ask(question("q1", "a"), Optional.empty());
        Awaitility.await().until(() -> onB.heard.equals(List.of("*")));

        node("b").answer(List.of(new Reply("q1", false, "{}"), new Reply("q2", true, "")));

        Awaitility.await().until(() -> onA.heard.equals(List.of("q1", "q2")));
        assertThat(onB.heard).containsExactly("*");
    }

    @Test
    @DisplayName("old questions and answers are removed, and young ones stay")
    void removesWhatIsOld() {
        Inquiries a = node("a");
        Inquiries b = node("b");
        a.ask(question("q1", "a"), Optional.empty());
        b.answer(List.of(new Reply("q1", false, "{}")));
        a.sweep();
        assertThat(held()).isEqualTo(2);

        age(Inquiries.KEPT);
        a.ask(question("q2", "a"), Optional.empty());
        b.sweep();

        assertThat(held()).isEqualTo(1);
        assertThat(b.fresh()).extracting(Question::id).containsExactly("q2");
    }

    @Test
    @DisplayName("many questions at once reach a node, each once")
    void carriesMany() {
        Inquiries a = node("a");
        Inquiries b = node("b");
        List<String> asked = new ArrayList<>();
        List<String> read = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            asked.add("q" + i);
            a.ask(question("q" + i, "a"), Optional.empty());
            b.fresh().forEach(question -> read.add(question.id()));
        }

        assertThat(read).isEqualTo(asked);
    }
}
