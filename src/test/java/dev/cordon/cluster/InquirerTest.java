package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.cluster.OtherNodes.Answers;
import dev.cordon.manager.HandTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Asking and collecting, with a carrier in memory. */
class InquirerTest {
    private final ClusterCounters counters = new ClusterCounters();
    private final Directory directory = new Directory();
    private final Carrier carrier = new Carrier();
    private final HandTime time = new HandTime();
    private final Inquirer inquirer = new Inquirer("a", directory, () -> directory.nodes, carrier, counters, time);

    private static final class Directory implements NodeDirectory {
        private volatile List<Node> nodes = List.of();

        void are(String... ids) {
            nodes = List.of(ids).stream()
                    .map(id -> new Node(id, "1", id, State.READY, HandTime.START, new Load(0, 0, 0, 0)))
                    .toList();
        }

        @Override
        public Beat beat(State state, Load load) {
            return new Beat(nodes, List.of());
        }

        @Override
        public List<Node> nodes() {
            return nodes;
        }

        @Override
        public void leave() {}
    }

    private static final class Carrier implements Inquiries {
        private final Map<String, List<Answer>> answers = new ConcurrentHashMap<>();
        private volatile Consumer<Question> whenAsked = question -> {};
        private volatile List<Question> fresh = List.of();
        private final List<Reply> replies = new ArrayList<>();

        @Override
        public void ask(Question question, Optional<String> to) {
            whenAsked.accept(question);
        }

        @Override
        public List<Question> fresh() {
            return fresh;
        }

        @Override
        public void answer(List<Reply> more) {
            replies.addAll(more);
        }

        @Override
        public List<Answer> answers(String question) {
            return answers.getOrDefault(question, List.of());
        }

        @Override
        public void sweep() {}
    }

    private void answering(Inquiries.Answer... answers) {
        carrier.whenAsked = question -> {
            carrier.answers.put(question.id(), List.of(answers));
            inquirer.answered(question.id());
        };
    }

    @Test
    void collectsTheAnswersOfAllOtherNodes() {
        directory.are("a", "b", "c");
        answering(
                new Inquiries.Answer("b", false, "{\"n\":1}"),
                new Inquiries.Answer("c", false, "{\"n\":2}"),
                new Inquiries.Answer("stranger", false, "{}"));

        Answers answers = inquirer.ask("kind", "{}");

        assertThat(answers).isEqualTo(new Answers(Map.of("b", "{\"n\":1}", "c", "{\"n\":2}"), List.of()));
        assertThat(counters.inquiriesAsked.sum()).isEqualTo(1);
        assertThat(counters.inquiriesUnanswered.sum()).isZero();
    }

    @Test
    @DisplayName("a node that refuses, or whose answer is no JSON object, counts as silent; nobody waits for it")
    void refusalsAreSilence() {
        directory.are("a", "b", "c", "d");
        answering(
                new Inquiries.Answer("b", true, ""),
                new Inquiries.Answer("c", false, "[nonsense"),
                new Inquiries.Answer("d", false, "{}"));

        Answers answers = inquirer.ask("kind", "{}");

        assertThat(answers).isEqualTo(new Answers(Map.of("d", "{}"), List.of("b", "c")));
        assertThat(counters.inquiriesUnanswered.sum()).isEqualTo(2);
        assertThatThrownBy(answers::all)
                .isInstanceOf(UnansweredException.class)
                .hasMessage("nodes b, c did not answer");
    }

    @Test
    @DisplayName("answers are found without their hints, and a node that says nothing is silent after the deadline")
    void givesUpAtTheDeadline() {
        directory.are("a", "b", "c");
        carrier.whenAsked =
                question -> carrier.answers.put(question.id(), List.of(new Inquiries.Answer("b", false, "{\"n\":1}")));

        Answers answers = inquirer.ask("kind", "{}");

        assertThat(answers).isEqualTo(new Answers(Map.of("b", "{\"n\":1}"), List.of("c")));
    }

    @Test
    @DisplayName("nobody is asked when there is no other node, or not the one that is meant")
    void asksNobodyWhenAlone() {
        directory.are("a", "b");
        assertThat(inquirer.ask("z", "kind", "{}")).isEqualTo(new Answers(Map.of(), List.of("z")));
        directory.are("a");
        assertThat(inquirer.ask("kind", "{}")).isEqualTo(new Answers(Map.of(), List.of()));
        assertThat(counters.inquiriesAsked.sum()).isZero();
    }

    @Test
    void expectsAnAnswerOfTheOneNodeOnly() {
        directory.are("a", "b", "c");
        answering(new Inquiries.Answer("c", false, "{}"));

        assertThat(inquirer.ask("c", "kind", "{}")).isEqualTo(new Answers(Map.of("c", "{}"), List.of()));
    }

    @Test
    @DisplayName("at most sixteen questions are under way: one more is rejected at once")
    void boundsWhatIsUnderWay() throws Exception {
        directory.are("a", "b");
        CountDownLatch asked = new CountDownLatch(Inquirer.MAX_UNDER_WAY);
        CountDownLatch go = new CountDownLatch(1);
        carrier.whenAsked = question -> {
            asked.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            carrier.answers.put(question.id(), List.of(new Inquiries.Answer("b", false, "{}")));
            inquirer.answered(question.id());
        };
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<Answers>> all = new ArrayList<>();
            for (int i = 0; i < Inquirer.MAX_UNDER_WAY; i++) {
                all.add(CompletableFuture.supplyAsync(() -> inquirer.ask("kind", "{}"), threads));
            }
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            assertThatThrownBy(() -> inquirer.ask("kind", "{}"))
                    .isInstanceOf(UnansweredException.class)
                    .hasMessageContaining("too many questions");
            assertThat(counters.inquiriesRejected.sum()).isEqualTo(1);

            go.countDown();
            for (CompletableFuture<Answers> each : all) {
                assertThat(each.get(10, TimeUnit.SECONDS).silent()).isEmpty();
            }
            assertThat(inquirer.ask("kind", "{}").silent()).isEmpty();
        } finally {
            go.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("fifty questions may come at once; those behind them wait, so that there are 200 a second")
    void keepsThePace() {
        Pace pace = new Pace(time);
        for (int i = 0; i < Pace.BURST; i++) {
            assertThat(pace.take()).isZero();
        }
        assertThat(pace.take()).isEqualTo(Duration.ofMillis(5).toNanos());
        assertThat(pace.take()).isEqualTo(Duration.ofMillis(10).toNanos());

        time.advance(Duration.ofMinutes(1));
        for (int i = 0; i < Pace.BURST; i++) {
            assertThat(pace.take()).isZero();
        }
        assertThat(pace.take()).isPositive();
    }

    private RemoteInquiries remote() {
        return new RemoteInquiries(carrier, counters, Runnable::run);
    }

    private static Inquiries.Question question(int version, String kind) {
        return new Inquiries.Question("q", version, "b", kind, "{\"x\":1}");
    }

    @Test
    void answersWhatItKnowsAndRefusesWhatItDoesNot() {
        RemoteInquiries remote = remote();
        remote.answerWith("echo", text -> text);
        remote.answerWith("fails", text -> {
            throw new IllegalStateException("fails for the test");
        });
        remote.answerWith("long", text -> "x".repeat(Inquiries.MAX_ANSWER + 1));
        carrier.fresh = List.of(
                question(Inquiries.VERSION, "echo"),
                question(Inquiries.VERSION, "unknown"),
                question(Inquiries.VERSION + 1, "echo"),
                question(Inquiries.VERSION, "fails"),
                question(Inquiries.VERSION, "long"));

        remote.begin();

        Inquiries.Reply refusal = new Inquiries.Reply("q", true, "");
        assertThat(carrier.replies)
                .containsExactly(new Inquiries.Reply("q", false, "{\"x\":1}"), refusal, refusal, refusal, refusal);
        assertThat(counters.inquiriesAnswered.sum()).isEqualTo(5);
    }
}
