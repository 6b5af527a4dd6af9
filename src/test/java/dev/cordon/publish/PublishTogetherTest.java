package dev.cordon.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Publications appended as one group, now or later, and late commits that the log reports. */
class PublishTogetherTest {
    private static final Channel ALICE = TestNode.personal("alice");
    private static final Channel BOB = TestNode.personal("bob");
    private static final Append TO_ALICE = new Append(ALICE, Payload.json("{}"), Optional.empty());
    private static final Append TO_BOB = new Append(BOB, Payload.json("{}"), Optional.empty());

    private final TestNode node = new TestNode();
    private final Database log = new Database(node.log);
    private final PublishCounters counters = new PublishCounters();
    private final Publisher publisher =
            new Publisher(log, node.factory, new Idempotency(counters, node.time), counters, node.time);

    @Test
    void storesAGroupAndWritesInOrderWhenTheBatchIsClosed() {
        Peer alice = node.connect("alice", "s");
        Peer bob = node.connect("bob", "s");

        List<PublishReceipt> receipts;
        try (WriteBatch writes = new WriteBatch()) {
            receipts = publisher.publishAll(List.of(TO_ALICE, TO_BOB, TO_ALICE), writes);
            assertThat(alice.wire().offsets()).isEmpty();
        }

        assertThat(receipts).containsExactly(receipt(1, 1), receipt(1, 1), receipt(2, 1));
        assertThat(alice.wire().offsets()).containsExactly(1L, 2L);
        assertThat(bob.wire().offsets()).containsExactly(1L);
        assertThat(counters.accepted.sum()).isEqualTo(3);
        assertThat(counters.appended.sum()).isEqualTo(3);
    }

    @Test
    void countsAPublicationThatTheLogHadAsADuplicate() {
        log.repeated = 1;

        List<PublishReceipt> receipts = publishAll(TO_ALICE, TO_ALICE);

        assertThat(receipts).containsExactly(receipt(1, 0), receipt(2, 0));
        assertThat(counters.accepted.sum()).isEqualTo(2);
        assertThat(counters.appended.sum()).isEqualTo(1);
        assertThat(counters.duplicates.sum()).isEqualTo(1);
        assertThat(counters.withoutConnection.sum()).isEqualTo(1);
    }

    @Test
    void countsEachPublicationOfAGroupAsFailedWhenTheLogFails() {
        log.failure = new LogUnavailableException("no answer");

        assertThatThrownBy(() -> publishAll(TO_ALICE, TO_BOB)).hasMessage("no answer");

        assertThat(counters.failed.sum()).isEqualTo(2);
        assertThat(counters.appended.sum()).isZero();
    }

    @Test
    void readersCatchUpWithAFailedGroupThatWasStoredAllTheSame() {
        Peer alice = node.connect("alice", "s");
        Peer bob = node.connect("bob", "s");
        log.failure = new LogUnavailableException("no answer");
        log.keepsAllTheSame = true;
        assertThatThrownBy(() -> publishAll(TO_ALICE, TO_BOB)).isInstanceOf(LogUnavailableException.class);

        node.factory.catchUp(log);

        assertThat(alice.wire().offsets()).containsExactly(1L);
        assertThat(bob.wire().offsets()).containsExactly(1L);
    }

    @Test
    void readersCatchUpWithALateCommit() {
        Peer alice = node.connect("alice", "s");
        node.log.append(ALICE, Payload.json("{}"));
        node.factory.catchUp(log);
        assertThat(alice.wire().offsets()).isEmpty();

        log.keptLate.accept(ALICE);
        node.factory.catchUp(log);

        assertThat(alice.wire().offsets()).containsExactly(1L);
    }

    @Test
    void itsBatchSizeIsThatOfTheLog() {
        log.batch = 64;

        assertThat(publisher.batch()).isEqualTo(64);
    }

    @Test
    void passesTheKeyToALogThatRemembersKeys() {
        log.batch = 2;

        try (WriteBatch writes = new WriteBatch()) {
            publisher.publish(ALICE, Payload.json("{}"), Optional.of("k"), writes);
            publisher.publish(ALICE, Payload.json("{}"), Optional.empty(), writes);
        }

        assertThat(log.together).containsExactly(new Append(ALICE, Payload.json("{}"), Optional.of("k")));
    }

    @Test
    void writesBeforeALaterReceiptCompletes() {
        Peer alice = node.connect("alice", "s");
        CompletionStage<List<PublishReceipt>> later = publisher.publishAllLater(List.of(TO_ALICE, TO_ALICE));
        assertThat(later.toCompletableFuture()).isNotDone();
        assertThat(counters.accepted.sum()).isEqualTo(2);
        assertThat(counters.appended.sum()).isZero();
        List<Long> writtenByThen = new ArrayList<>();
        CompletionStage<Void> told =
                later.thenAccept(receipts -> writtenByThen.addAll(alice.wire().offsets()));

        log.commit();

        assertThat(told.toCompletableFuture()).isCompleted();
        assertThat(writtenByThen).containsExactly(1L, 2L);
        assertThat(later.toCompletableFuture()).isCompletedWithValue(List.of(receipt(1, 1), receipt(2, 1)));
        assertThat(counters.appended.sum()).isEqualTo(2);
    }

    @Test
    void countsALaterRepetitionAsADuplicate() {
        log.repeated = 1;
        CompletionStage<List<PublishReceipt>> later = publisher.publishAllLater(List.of(TO_ALICE, TO_ALICE));

        log.commit();

        assertThat(later.toCompletableFuture()).isCompletedWithValue(List.of(receipt(1, 0), receipt(2, 0)));
        assertThat(counters.appended.sum()).isEqualTo(1);
        assertThat(counters.duplicates.sum()).isEqualTo(1);
    }

    @Test
    void publishAllLaterFailsWithTheCauseOfTheLog() {
        Peer alice = node.connect("alice", "s");
        LogUnavailableException lost = new LogUnavailableException("no answer");
        CompletionStage<List<PublishReceipt>> later = publisher.publishAllLater(List.of(TO_ALICE, TO_BOB));

        log.asked.completeExceptionally(lost);

        assertThat(later.handle((receipts, failure) -> Publisher.cause(failure)).toCompletableFuture())
                .isCompletedWithValue(lost);
        assertThat(counters.failed.sum()).isEqualTo(2);
        assertThat(counters.appended.sum()).isZero();
        node.log.append(ALICE, Payload.json("{}"));
        node.factory.catchUp(log);
        assertThat(alice.wire().offsets()).as("its reader catches up").containsExactly(1L);
    }

    @Test
    void findsTheCauseOfAStagesFailure() {
        RuntimeException cause = new LogUnavailableException("no answer");
        IOException checked = new IOException("broken pipe");

        assertThat(Publisher.cause(cause)).isSameAs(cause);
        assertThat(Publisher.cause(new CompletionException(cause))).isSameAs(cause);
        assertThat(Publisher.cause(new CompletionException("nothing within", null)))
                .isInstanceOf(CompletionException.class);
        assertThat(Publisher.cause(new IllegalStateException("not a stage's", cause)))
                .hasMessage("not a stage's");
        assertThat(Publisher.cause(checked))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(checked);
    }

    @Test
    void followsAChannelFromItsTopOn() {
        Channel news = Channel.parse("news#alice");
        Frame reply = Frame.of("{\"id\":2,\"subscribe\":{}}");
        node.log.append(news, Payload.json("{}"));
        Peer alice = node.connect("alice", "s", new FakeTransport());
        alice.connection().attach(TestNode.context("alice", "s"), news);

        publisher.follow(alice.connection(), news, reply);
        publishAll(new Append(news, Payload.json("{}"), Optional.empty()));

        assertThat(alice.wire().messages()).contains(reply.text());
        assertThat(alice.wire().offsets()).containsExactly(2L);
    }

    private List<PublishReceipt> publishAll(Append... appends) {
        try (WriteBatch writes = new WriteBatch()) {
            return publisher.publishAll(List.of(appends), writes);
        }
    }

    private static PublishReceipt receipt(long offset, int connections) {
        return new PublishReceipt(new StreamPosition("e1", offset), connections);
    }

    /** The log in memory, which commits when it is told to, as one outside of the process does. */
    private static final class Database implements ForwardingUserLog {
        private final UserLog real;
        private final List<Append> together = new ArrayList<>();
        private final CompletableFuture<List<Appended>> asked = new CompletableFuture<>();
        private List<Append> waiting = List.of();
        private Consumer<Channel> keptLate = channel -> {};
        private int batch = 1;
        /** How many of the next appends the log reports as repeated. */
        private int repeated;

        private @org.jspecify.annotations.Nullable RuntimeException failure;
        private boolean keepsAllTheSame;

        Database(UserLog real) {
            this.real = real;
        }

        @Override
        public UserLog log() {
            return real;
        }

        @Override
        public int batch() {
            return batch;
        }

        @Override
        public void whenKeptLate(Consumer<Channel> tell) {
            keptLate = tell;
        }

        @Override
        public List<Appended> appendAll(List<Append> appends) {
            together.addAll(appends);
            if (failure != null) {
                if (keepsAllTheSame) {
                    real.appendAll(appends);
                }
                throw failure;
            }
            List<Appended> all = new ArrayList<>();
            for (Appended one : real.appendAll(appends)) {
                all.add(new Appended(one.publication(), one.epoch(), repeated-- > 0));
            }
            return all;
        }

        @Override
        public CompletionStage<List<Appended>> appendLater(List<Append> appends) {
            waiting = appends;
            return asked;
        }

        void commit() {
            asked.complete(appendAll(waiting));
        }
    }
}
