package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Group commits with a transaction that ends when the test says so. */
class CommitterTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    /** After a commit of this time the database counts as far, and several commits run at once. */
    private static final Duration FAR = Duration.ofMillis(11);

    private static final String LOST = "08006";
    private static final String REJECTED = "22021";
    private static final String HELD = "55P03";

    private final HandTransaction transactions = new HandTransaction();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Database database = database(Duration.ofSeconds(30));
    private Committer committer = committer();

    private Database database(Duration budget) {
        Database made = new Database(new NoConnections(), budget, new Availability());
        opened.add(made);
        return made;
    }

    private Committer committer() {
        Committer made = new Committer(database, transactions);
        opened.add(0, made);
        return made;
    }

    private void waitNoLongerThan(Duration budget) {
        database = database(budget);
        committer = committer();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** One call of a transaction, which waits until the test ends it. */
    private record Call(
            List<Append> appends, boolean patiently, int atOnce, Thread by, CompletableFuture<Committer.Result> end) {
        List<String> channels() {
            return appends.stream().map(append -> append.channel().name()).toList();
        }

        Call succeeds() {
            end.complete(Committer.Result.of(appends.stream()
                    .map(append -> new Appended(new Publication(append.channel(), 1, append.payload()), "e"))
                    .toList()));
            return this;
        }

        void fails(String state) {
            end.completeExceptionally(new SQLException("no", state));
        }

        /** Whether the committer's thread has done all that follows the call. Ask once the call has returned. */
        boolean over() {
            return by.getState() == Thread.State.WAITING || by.getState() == Thread.State.TIMED_WAITING;
        }

        void findsHeld(String... channels) {
            end.complete(new Committer.Result(List.of(), Set.of(channels)));
        }
    }

    private static final class HandTransaction implements Committer.Transaction {
        private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
        private final AtomicInteger underWay = new AtomicInteger();

        @Override
        public Committer.Result append(List<Append> appends, boolean patiently) throws SQLException {
            Call call = new Call(
                    appends, patiently, underWay.incrementAndGet(), Thread.currentThread(), new CompletableFuture<>());
            calls.add(call);
            try {
                return call.end().get();
            } catch (InterruptedException e) {
                throw new SQLException("closed", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof SQLException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) e.getCause();
            } finally {
                underWay.decrementAndGet();
            }
        }

        Call next() throws InterruptedException {
            Call call = calls.poll(20, TimeUnit.SECONDS);
            assertThat(call).as("a transaction").isNotNull();
            return call;
        }
    }

    private CompletableFuture<List<Appended>> append(String... channels) {
        return committer.append(Arrays.stream(channels)
                .map(name -> new Append(Channel.parse(name), Payload.json("1"), Optional.empty()))
                .toList());
    }

    /** Appends, whatever becomes of it. */
    private void begin(String... channels) {
        CompletableFuture<List<Appended>> unused = append(channels);
    }

    private static List<String> channels(CompletableFuture<List<Appended>> of) throws Exception {
        return of.get(20, TimeUnit.SECONDS).stream()
                .map(appended -> appended.publication().channel().name())
                .toList();
    }

    private static void assertFailed(CompletableFuture<List<Appended>> of, String message) {
        assertThatThrownBy(() -> of.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(LogUnavailableException.class)
                .cause()
                .hasMessage(message);
    }

    private static void pass(Duration time) {
        long from = System.nanoTime();
        while (System.nanoTime() - from <= time.toNanos()) {
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("D3: appends that come during a commit are committed together, and each caller gets its own results")
    void commitsTogetherWhatCameMeanwhile() throws Exception {
        var first = append("#a");
        Call opening = transactions.next();
        var two = append("#b", "#c");
        var one = append("#d");
        assertThat(committer.waiting()).isEqualTo(3);

        opening.succeeds();
        Call both = transactions.next();
        assertThat(both.channels()).containsExactly("#b", "#c", "#d");
        assertThat(both.patiently()).isFalse();
        both.succeeds();

        assertThat(channels(first)).containsExactly("#a");
        assertThat(channels(two)).containsExactly("#b", "#c");
        assertThat(channels(one)).containsExactly("#d");
        await().until(() -> committer.waiting() == 0);
    }

    @Test
    void commitsOneGroupAtATimeWhileCommitsAreShort() throws Exception {
        boolean together = false;
        for (int attempt = 0; attempt < 50 && !together; attempt++) {
            // One of the commits takes less than ten milliseconds.
            var quick = append("#quick");
            transactions.next().succeeds();
            quick.get(20, TimeUnit.SECONDS);
            begin("#a");
            Call under = transactions.next();
            begin("#b");
            begin("#c");
            under.succeeds();
            Call following = transactions.next();
            together = following.channels().equals(List.of("#b", "#c"));
            following.succeeds();
            if (!together) {
                transactions.next().succeeds();
            }
        }

        assertThat(together).isTrue();
    }

    @Test
    void commitsThreeGroupsAtOnceWhereTheDatabaseIsFar() throws Exception {
        var opening = append("#a");
        Call slow = transactions.next();
        pass(FAR);
        slow.succeeds();
        opening.get(20, TimeUnit.SECONDS);

        begin("#b");
        Call first = transactions.next();
        begin("#c");
        Call second = transactions.next();
        begin("#d");
        Call third = transactions.next();
        begin("#e");
        begin("#f");
        pass(FAR);
        first.succeeds();
        Call behind = transactions.next();

        assertThat(second.channels()).containsExactly("#c");
        assertThat(third.channels()).containsExactly("#d");
        assertThat(behind.channels()).containsExactly("#e", "#f");
        assertThat(behind.atOnce()).isLessThanOrEqualTo(Committer.MAX_AT_ONCE);
        second.succeeds();
        third.succeeds();
        behind.succeeds();
    }

    @Test
    void aLostDatabaseFailsTheGroupAndWhatComesUntilItIsBack() throws Exception {
        var first = append("#a");
        Call opening = transactions.next();
        var both = List.of(append("#b"), append("#c"));
        opening.succeeds();
        transactions.next().fails(LOST);

        assertThat(channels(first)).containsExactly("#a");
        String told = "the log's database cannot be used: see the server's log";
        both.forEach(each -> assertFailed(each, told));
        assertThat(database.availability().lost()).contains(told);
        assertFailed(append("#d"), told);

        database.availability().regain();
        var again = append("#e");
        assertThat(transactions.next().succeeds().channels()).containsExactly("#e");
        assertThat(channels(again)).containsExactly("#e");
        await().until(() -> committer.waiting() == 0);
    }

    @Test
    void aFaultOfTheProgramFailsItsGroupAlone() throws Exception {
        for (Throwable fault : List.of(new IllegalStateException("fault"), new StackOverflowError())) {
            var failing = append("#a");
            transactions.next().end().completeExceptionally(fault);
            assertThatThrownBy(() -> failing.get(20, TimeUnit.SECONDS)).hasCause(fault);
            var next = append("#a");
            transactions.next().succeeds();
            assertThat(channels(next)).containsExactly("#a");
        }
        await().until(() -> committer.waiting() == 0);
    }

    @Test
    void anAppendThatTheDatabaseRejectsFailsNoOther() throws Exception {
        begin("#first");
        Call opening = transactions.next();
        var bad = append("#a");
        var good = append("#a");
        opening.succeeds();
        transactions.next().fails(REJECTED);

        Call alone = transactions.next();
        assertThat(alone.channels()).containsExactly("#a");
        alone.fails(REJECTED);
        transactions.next().succeeds();

        assertFailed(bad, "the log's database rejected a statement: see the server's log");
        assertThat(channels(good)).containsExactly("#a");
        assertThat(database.availability().lost()).isEmpty();
        await().until(() -> committer.waiting() == 0);
    }

    @Test
    void triesEachCallersAppendsAloneAfterAnotherSucceeded() throws Exception {
        begin("#first");
        Call opening = transactions.next();
        var before = append("#a");
        var behind = append("#a");
        opening.succeeds();
        transactions.next().fails(REJECTED);

        transactions.next().succeeds();
        transactions.next().succeeds();

        assertThat(channels(before)).containsExactly("#a");
        assertThat(channels(behind)).containsExactly("#a");
    }

    @Test
    void aFaultOfTheProgramInOneCallersAppendsFailsNoOther() throws Exception {
        begin("#first");
        Call opening = transactions.next();
        var bad = append("#a");
        var good = append("#a");
        opening.succeeds();
        transactions.next().fails(REJECTED);

        IllegalStateException fault = new IllegalStateException("fault");
        transactions.next().end().completeExceptionally(fault);
        transactions.next().succeeds();

        assertThatThrownBy(() -> bad.get(20, TimeUnit.SECONDS)).hasCause(fault);
        assertThat(channels(good)).containsExactly("#a");
    }

    @Test
    @DisplayName("D4: an append to a channel that an earlier one has waited for in vain is not tried, the others are")
    void doesNotWaitTwiceForAHeldChannel() throws Exception {
        begin("#first");
        Call opening = transactions.next();
        var held = append("#a");
        var behind = append("#a", "#b");
        var found = append("#c");
        var behindThat = append("#c");
        var other = append("#d");
        opening.succeeds();
        transactions.next().fails(HELD);

        transactions.next().fails(HELD);
        Call third = transactions.next();
        assertThat(third.channels()).containsExactly("#c");
        third.findsHeld("#c");
        Call last = transactions.next();
        assertThat(last.channels()).containsExactly("#d");
        last.succeeds();

        assertThat(channels(other)).containsExactly("#d");
        for (var each : List.of(held, behind, found, behindThat)) {
            assertFailed(each, SqlFailure.HELD_CHANNEL);
        }
        assertThat(database.availability().lost()).isEmpty();
    }

    @Test
    void doesNotTryAloneWhatIsLateMeanwhile() throws Exception {
        waitNoLongerThan(Duration.ofSeconds(1));
        begin("#first");
        Call opening = transactions.next();
        begin("#a");
        var late = append("#b");
        long due = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        opening.succeeds();
        transactions.next().fails(REJECTED);
        Call alone = transactions.next();
        pass(Duration.ofNanos(due - System.nanoTime()));
        alone.succeeds();

        assertFailed(late, SqlFailure.HELD_CHANNEL);
        assertThat(transactions.calls).isEmpty();
    }

    @Test
    @DisplayName("D4: appends to a locked channel wait in a commit of their own, and the others go on")
    void waitsForALockedChannelAside() throws Exception {
        begin("#first");
        Call opening = transactions.next();
        var locked = append("#a");
        var other = append("#b");
        opening.succeeds();
        transactions.next().findsHeld("#a");

        List<Call> next = new ArrayList<>(List.of(transactions.next(), transactions.next()));
        Call patient = next.stream().filter(Call::patiently).findFirst().orElseThrow();
        Call others =
                next.stream().filter(call -> !call.patiently()).findFirst().orElseThrow();
        assertThat(patient.channels()).containsExactly("#a");
        assertThat(others.channels()).containsExactly("#b");
        others.succeeds();
        assertThat(channels(other)).containsExactly("#b");

        var behind = append("#a");
        var further = append("#c");
        Call meanwhile = transactions.next();
        assertThat(meanwhile.channels()).containsExactly("#c");
        meanwhile.succeeds();
        assertThat(channels(further)).containsExactly("#c");

        patient.succeeds();
        assertThat(channels(locked)).containsExactly("#a");
        Call last = transactions.next();
        assertThat(last.patiently()).isFalse();
        last.succeeds();
        assertThat(channels(behind)).containsExactly("#a");
        await().until(() -> committer.waiting() == 0);
    }

    @Test
    void waitsForLockedChannelsOneGroupAfterTheOther() throws Exception {
        var first = append("#a");
        transactions.next().findsHeld("#a");
        Call patient = transactions.next();
        assertThat(patient.patiently()).isTrue();
        var second = append("#b");
        transactions.next().findsHeld("#b");
        var third = append("#c");
        Call last = transactions.next();
        last.findsHeld("#c");
        await().until(() -> transactions.underWay.get() == 1);
        await("the channel is put aside").until(last::over);

        patient.succeeds();
        Call both = transactions.next();

        assertThat(both.patiently()).isTrue();
        assertThat(both.channels()).containsExactly("#b", "#c");
        both.succeeds();
        assertThat(channels(first)).containsExactly("#a");
        assertThat(channels(second)).containsExactly("#b");
        assertThat(channels(third)).containsExactly("#c");
    }

    @Test
    void tellsWhyALockedChannelGotNothing() throws Exception {
        IllegalStateException fault = new IllegalStateException("fault");
        var inVain = append("#a");
        transactions.next().findsHeld("#a");
        transactions.next().findsHeld("#a");
        assertFailed(inVain, SqlFailure.HELD_CHANNEL);

        var timedOut = append("#a");
        transactions.next().findsHeld("#a");
        transactions.next().fails(HELD);
        assertFailed(timedOut, SqlFailure.HELD_CHANNEL);

        var broken = append("#a");
        transactions.next().findsHeld("#a");
        transactions.next().end().completeExceptionally(fault);
        assertThatThrownBy(() -> broken.get(20, TimeUnit.SECONDS)).hasCause(fault);

        assertThat(database.availability().lost()).isEmpty();
        await().until(() -> committer.waiting() == 0);
    }

    @Test
    void aDatabaseThatDoesNotAnswerFailsWhatIsUnderWayAndWhatWaits() throws Exception {
        waitNoLongerThan(SHORT);
        var underWay = append("#a");
        Call hangs = transactions.next();
        var waiting = append("#b");

        assertFailed(underWay, "no answer within 300 ms");
        assertFailed(waiting, "no answer within 300 ms");
        assertThat(database.availability().lost()).contains("no answer within 300 ms");
        hangs.succeeds();
        await().until(() -> committer.waiting() == 0);
    }

    @Test
    void theEndOfOneCommitDoesNotHideThatAnotherHangs() throws Exception {
        waitNoLongerThan(Duration.ofSeconds(1));
        var opening = append("#a");
        Call slow = transactions.next();
        pass(FAR);
        slow.succeeds();
        opening.get(20, TimeUnit.SECONDS);
        var hangs = append("#b");
        transactions.next();
        var other = append("#c");
        Call ends = transactions.next();
        pass(FAR);
        ends.succeeds();
        assertThat(channels(other)).containsExactly("#c");
        var lockedElsewhere = append("#d");
        transactions.next().findsHeld("#d");
        transactions.next().succeeds();
        assertThat(channels(lockedElsewhere)).containsExactly("#d");

        assertFailed(hangs, "no answer within 1000 ms");
    }

    @Test
    void aChannelThatStaysLockedIsNoSignOfALostDatabase() throws Exception {
        waitNoLongerThan(SHORT);
        var underWay = append("#a");
        transactions.next().findsHeld("#a");
        Call patient = transactions.next();
        assertThat(patient.patiently()).isTrue();

        assertFailed(underWay, SqlFailure.HELD_CHANNEL);
        assertThat(database.availability().lost()).isEmpty();
        patient.succeeds();
    }

    @Test
    @DisplayName(
            "L1: a commit that succeeds after its publisher was told of a failure is reported, so that readers look")
    void reportsTheChannelsOfALateCommit() throws Exception {
        waitNoLongerThan(SHORT);
        List<String> told = new CopyOnWriteArrayList<>();
        committer.whenLate(channel -> told.add(channel.name()));
        var late = append("#a", "#b");
        Call call = transactions.next();
        assertFailed(late, "no answer within 300 ms");
        assertThat(told).isEmpty();

        call.succeeds();

        await().until(() -> told.equals(List.of("#a", "#b")));
        database.availability().regain();
        var inTime = append("#c");
        transactions.next().succeeds();
        inTime.get(20, TimeUnit.SECONDS);
        assertThat(told).containsExactly("#a", "#b");
    }

    @Test
    @DisplayName("D3: closing the log fails the appends that wait for it")
    void closingFailsTheAppendsThatWait() throws Exception {
        var underWay = append("#a");
        transactions.next();
        var waiting = append("#b");

        committer.close();

        assertFailed(underWay, "the log is closed");
        assertFailed(waiting, "the log is closed");
    }

    @Test
    void passesOverCallersThatHaveGivenUp() throws Exception {
        begin("#a");
        Call opening = transactions.next();
        var givenUp = append("#b");
        givenUp.cancel(false);
        opening.succeeds();
        await().until(() -> committer.waiting() == 0);

        var next = append("#c");
        assertThat(transactions.next().succeeds().channels()).containsExactly("#c");
        assertThat(channels(next)).containsExactly("#c");
    }

    @Test
    void rejectsMoreCallersThanItsQueueHolds() throws Exception {
        begin("#a");
        Call opening = transactions.next();
        for (int i = 1; i < CommitQueue.MAX_CALLERS; i++) {
            begin("#a");
        }

        assertFailed(append("#a"), "too many operations wait for the log's database");
        opening.succeeds();
        Call group = transactions.next();
        assertThat(group.channels()).hasSize(Committer.MAX_APPENDS);
    }

    /** Occupies the threads of the log, and the places of tasks that wait for one. Returns what sets them free. */
    private CountDownLatch occupied(int threads) {
        CountDownLatch free = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            database.execute(() -> {
                started.countDown();
                awaited(free);
            });
        }
        awaited(started);
        for (int i = 0; i < 1_000; i++) {
            database.execute(() -> {});
        }
        return free;
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void rejectsAppendsWhileNoThreadIsFreeAndGoesOnAfterwards() throws Exception {
        CountDownLatch free = occupied(Database.THREADS);
        var rejected = append("#a");
        assertFailed(rejected, "too many operations wait for the log's database");
        assertThat(committer.waiting()).isZero();

        free.countDown();
        CompletableFuture<Void> done = new CompletableFuture<>();
        await().ignoreExceptions().until(() -> {
            database.execute(() -> done.complete(null));
            return true;
        });
        done.get(20, TimeUnit.SECONDS);
        var next = append("#a");
        transactions.next().succeeds();
        assertThat(channels(next)).containsExactly("#a");
    }

    @Test
    void rejectsAppendsToLockedChannelsWhileNoThreadIsFreeAndGoesOnAfterwards() throws Exception {
        var rejected = append("#a");
        Call call = transactions.next();
        CountDownLatch free = occupied(Database.THREADS - 1);
        call.findsHeld("#a");
        // The thread of the commit is free then, and works at what waits.
        await().until(rejected::isDone);
        free.countDown();

        assertFailed(rejected, "too many operations wait for the log's database");
        await().until(() -> committer.waiting() == 0);
        var next = append("#a");
        transactions.next().findsHeld("#a");
        Call patient = transactions.next();
        assertThat(patient.patiently()).isTrue();
        patient.succeeds();
        assertThat(channels(next)).containsExactly("#a");
    }

    @Test
    void itsClockDoesNotKeepTheProcessAlive() {
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("cordon-log-clock"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }
}
