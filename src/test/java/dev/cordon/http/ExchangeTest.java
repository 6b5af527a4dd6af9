package dev.cordon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.cordon.upkeep.LogLines;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTest {
    private static final int MOST = 8;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger cuts = new AtomicInteger();
    private final FakeClient client = new FakeClient();
    private final List<String> bodies = new ArrayList<>();
    private int writtenAtOnce = 4;
    private Executor patient = Runnable::run;

    private final Exchanges exchanges = new Exchanges(
            new ServerLayer() {
                @Override
                public int writtenAtOnce() {
                    return writtenAtOnce;
                }

                @Override
                public Optional<Runnable> cutter(HttpServletRequest request) {
                    return Optional.of(cuts::incrementAndGet);
                }
            },
            task -> patient.execute(task),
            nanos::get,
            1_000_000);

    @Test
    @DisplayName(
            "D2: a task that may wait for something outside of the process runs on another executor; if that is full, the answer is 503")
    void runsATaskThatMayWaitOnAnotherExecutor() throws IOException {
        List<Runnable> elsewhere = new ArrayList<>();
        patient = elsewhere::add;
        Exchange exchange = exchanges.open(client.request(), client.response());

        exchange.patiently(() -> exchange.read(MOST, body -> bodies.add(new String(body, US_ASCII))));
        assertThat(bodies).isEmpty();
        elsewhere.get(0).run();
        assertThat(bodies).hasSize(1);

        patient = task -> {
            throw new RejectedExecutionException("full");
        };
        exchange.patiently(() -> bodies.add("never"));
        assertThat(client.status).isEqualTo(503);
        assertThat(bodies).hasSize(1);
    }

    private Exchange read() throws IOException {
        Exchange exchange = exchanges.open(client.request(), client.response());
        exchange.read(MOST, body -> bodies.add(new String(body, US_ASCII)));
        return exchange;
    }

    private static void answer(Exchange exchange) {
        exchange.answer(200, Map.of("Content-Type", "text/plain"), "fine".getBytes(US_ASCII));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        exchanges.sweep();
    }

    @Test
    void handsOverACompleteBodyAtOnce() throws IOException {
        client.announce(5).send("whole");

        answer(read());

        assertThat(bodies).containsExactly("whole");
        assertThat(client.suspended).isFalse();
        assertThat(client.taken).hasToString("fine");
    }

    @Test
    void answersWithStatusHeadersAndLength() throws IOException {
        answer(read());

        assertThat(client.status).isEqualTo(200);
        assertThat(client.answerHeaders).containsExactly(Map.entry("Content-Type", "text/plain"));
        assertThat(client.answerLength).isEqualTo(4);
    }

    @Test
    @DisplayName("an answer 204 has no Content-Length (RFC 9110, 8.6)")
    void answersWithoutALengthWhereThereIsNoContent() throws IOException {
        read().answer(204, Map.of(), new byte[0]);

        assertThat(client.status).isEqualTo(204);
        assertThat(client.answerLength).as("not announced").isEqualTo(-1);
    }

    @Test
    void handsOverAnEmptyBodyIfThereIsNone() throws IOException {
        read();

        assertThat(bodies).containsExactly("");
    }

    @Test
    void handsOverAnEmptyBodyOfAnAnnouncedLengthOfZero() throws IOException {
        client.announce(0);
        client.headers.put("Transfer-Encoding", "chunked");

        read();

        assertThat(bodies).containsExactly("");
        assertThat(client.suspended).isFalse();
    }

    @Test
    void readsAnAnnouncedBodyToOneByteBeyondTheBound() throws IOException {
        client.announce(20).send("0123456789");

        read();

        assertThat(bodies).containsExactly("012345678");
        assertThat(client.read).isEqualTo(MOST + 1);
    }

    @Test
    void theContainersOwnTimeLimitIsOff() {
        exchanges.open(client.request(), client.response()).suspend();

        assertThat(client.timeout).isZero();
    }

    @Test
    @DisplayName("D2 no thread waits for a body that comes in parts")
    void noThreadWaitsForABody() throws IOException {
        client.announce(5).send("w");
        Exchange exchange = read();
        assertThat(bodies).isEmpty();

        client.send("ho").send("le");
        answer(exchange);

        assertThat(bodies).containsExactly("whole");
        assertThat(client.taken).hasToString("fine");
        assertThat(client.completed).isOne();
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    @DisplayName("D2 no thread waits for a chunked body, which is read to one byte beyond its bound at most")
    void readsAChunkedBodyOnlyUpToTheBound() throws IOException {
        client.headers.put("Transfer-Encoding", "chunked");
        read();
        client.send("0123456789").send("0123456789");

        assertThat(bodies).containsExactly("012345678");
        assertThat(client.read).isEqualTo(MOST + 1);
    }

    @Test
    void handsOverAChunkedBodyAtItsEnd() throws IOException {
        client.headers.put("Transfer-Encoding", "chunked");
        read();
        client.send("0123");
        client.sendEnd();

        assertThat(bodies).containsExactly("0123");
    }

    @Test
    void readsNothingBeyondTheAnnouncedLength() throws IOException {
        client.announce(5).send("wholeGET /");

        read();

        assertThat(bodies).containsExactly("whole");
        assertThat(client.read).isEqualTo(5);
    }

    @Test
    @DisplayName("D2 a body that does not come in time is answered with 408 and its connection cut")
    void answersALateBodyWith408() throws IOException {
        client.announce(5).send("w");
        read();

        pass(Exchanges.PATIENCE.minusMillis(1));
        assertThat(client.status).isZero();
        pass(Duration.ofMillis(1));

        assertThat(client.status).isEqualTo(408);
        assertThat(client.answerHeaders).containsEntry("Connection", "close");
        assertThat(client.completed).isOne();
        client.send("hole");
        assertThat(bodies).isEmpty();

        pass(Exchanges.LAST_WORDS);
        assertThat(cuts).hasValue(1);
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    @DisplayName("S2 on a server whose writes may wait, an answer is written once the client can receive it")
    void writesAnAnswerOnceTheClientCanReceiveIt() throws IOException {
        writtenAtOnce = -1;
        client.takes = false;
        Exchange exchange = read();

        answer(exchange);
        assertThat(client.completed).isZero();
        client.takeAnswer();

        assertThat(client.taken).hasToString("fine");
        assertThat(client.completed).isOne();
        assertThat(cuts).hasValue(0);
    }

    @Test
    @DisplayName(
            "D2 an answer that is too long to be written without waiting is written once the client can receive it")
    void writesALongAnswerOnceTheClientCanReceiveIt() throws IOException {
        writtenAtOnce = 3;
        client.takes = false;

        answer(read());
        assertThat(client.suspended).isTrue();
        client.takeAnswer();

        assertThat(client.taken).hasToString("fine");
        assertThat(client.completed).isOne();
    }

    @Test
    @DisplayName(
            "D2 a long answer is written in parts that the server takes without waiting, and each MiB has a deadline of its own")
    void writesALongAnswerInParts() throws IOException {
        byte[] body = new byte[3 * AnswerWriter.STRETCH];
        client.takenAtOnce = AnswerWriter.STRETCH;
        read().answer(200, Map.of(), body);
        assertThat(client.taken.size()).isEqualTo(AnswerWriter.STRETCH);

        pass(Exchanges.PATIENCE.minusMillis(1));
        client.takenAtOnce = 2 * AnswerWriter.STRETCH;
        client.takeAnswer();
        pass(Exchanges.PATIENCE.minusMillis(1));
        assertThat(client.taken.size()).isEqualTo(2 * AnswerWriter.STRETCH);
        assertThat(client.completed).isZero();

        client.takenAtOnce = 0;
        client.takeAnswer();
        assertThat(client.taken.size()).isEqualTo(body.length);
        assertThat(client.completed).isOne();
        assertThat(cuts).hasValue(0);
    }

    @Test
    void writesAnAnswerThatIsNoMultipleOfAPart() throws IOException {
        writtenAtOnce = -1;

        read().answer(200, Map.of(), "x".repeat(AnswerWriter.PART + 1).getBytes(US_ASCII));

        assertThat(client.taken).hasToString("x".repeat(AnswerWriter.PART + 1));
        assertThat(client.completed).isOne();
    }

    @Test
    @DisplayName("S2 a long answer that the client receives too slowly is aborted")
    void abortsALongAnswerThatIsReceivedTooSlowly() throws IOException {
        client.takenAtOnce = AnswerWriter.STRETCH;
        read().answer(200, Map.of(), new byte[3 * AnswerWriter.STRETCH]);
        pass(Duration.ofMillis(1));
        client.takenAtOnce = AnswerWriter.STRETCH + AnswerWriter.PART;
        client.takeAnswer();

        pass(Exchanges.PATIENCE.minusMillis(1));

        assertThat(cuts).hasValue(1);
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    @DisplayName("S2 an answer that is not received in time is aborted and its connection cut")
    void abortsAnUnreadAnswer() throws IOException {
        writtenAtOnce = -1;
        client.takes = false;
        answer(read());

        pass(Exchanges.PATIENCE);

        assertThat(cuts).hasValue(1);
        assertThat(client.completed).isOne();
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    @DisplayName("S7 when a client leaves before its body is complete, nothing is handed over and the exchange ends")
    void endsTheExchangeOfAClientThatLeaves() throws IOException {
        client.announce(5).send("w");
        Exchange exchange = read();

        client.leave();
        answer(exchange);

        assertThat(bodies).isEmpty();
        assertThat(client.completed).isOne();
        assertThat(client.taken.size()).isZero();
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    @DisplayName("S7 when a client leaves before it has received its answer, the exchange ends")
    void endsTheExchangeOfAClientThatLeavesBeforeItsAnswerIsReceived() throws IOException {
        writtenAtOnce = -1;
        client.takes = false;
        answer(read());
        assertThat(exchanges.waiting()).isOne();

        client.leave();

        assertThat(client.completed).isOne();
        assertEnded();
    }

    @Test
    @DisplayName("S7 when the container can no longer take an answer, the exchange ends, whatever the container throws")
    void endsTheExchangeOfAnAnswerThatTheContainerCannotTake() throws IOException {
        writtenAtOnce = -1;
        client.whenListening = () -> {
            throw new NullPointerException("recycled");
        };

        answer(read());

        assertThat(client.completed).isOne();
        assertEnded();
    }

    @Test
    @DisplayName("D2 a body that comes late, whose answer is not received either, is cut after 2 s")
    void cutsALateClientThatDoesNotReceiveItsAnswer() throws IOException {
        client.announce(5).send("w");
        client.takes = false;
        read();
        pass(Exchanges.PATIENCE);
        assertThat(client.status).isEqualTo(408);

        pass(Exchanges.LAST_WORDS.minusNanos(1));
        assertThat(cuts).hasValue(0);
        pass(Duration.ofNanos(1));

        assertThat(cuts).hasValue(1);
        assertThat(client.completed).isOne();
    }

    @Test
    void theFirstAnswerInTimeIsNotCut() throws IOException {
        client.announce(5).send("w");
        Exchange exchange = read();
        client.send("hole");
        answer(exchange);

        pass(Exchanges.PATIENCE.multipliedBy(2));

        assertThat(cuts).hasValue(0);
        assertThat(client.status).isEqualTo(200);
    }

    /** Size in bytes of a body that is large enough to be counted. */
    private static final int LARGE = 5000;

    /** Opens a request with a large body of which all but the last byte has arrived; its answer then waits on another executor. */
    private Exchange waitsElsewhere() throws IOException {
        client.announce(LARGE);
        Exchange exchange = exchanges.open(client.request(), client.response());
        exchange.read(LARGE, body -> exchange.patiently(() -> answer(exchange)));
        client.send("x".repeat(LARGE - 1));
        assertThat(exchanges.bytes()).isEqualTo(LARGE - 4096);
        return exchange;
    }

    @Test
    @DisplayName("S1 a request that the executor rejects is answered with 503, and the bytes of its body are released")
    void releasesTheBodyOfARejectedRequest() throws IOException {
        patient = task -> {
            throw new RejectedExecutionException("the end");
        };
        waitsElsewhere();

        client.send("x");

        assertThat(client.status).isEqualTo(503);
        assertThat(client.answerHeaders).containsEntry("Retry-After", "1");
        assertThat(client.completed).isOne();
        assertEnded();
    }

    @Test
    @DisplayName(
            "S7 when a client leaves while its request waits on another executor, the exchange ends and the answer is dropped")
    void endsTheExchangeOfAClientThatLeavesWhileItsRequestWaits() throws IOException {
        List<Runnable> elsewhere = new ArrayList<>();
        patient = elsewhere::add;
        waitsElsewhere();
        client.send("x");

        client.leave();
        assertEnded();
        elsewhere.get(0).run();

        assertThat(client.taken.size()).isZero();
        assertThat(client.completed).isOne();
        assertEnded();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("S7 an answer that cannot be written ends the exchange, whether writes of the server may wait or not")
    void endsTheExchangeWhenTheAnswerCannotBeWritten(boolean never) throws IOException {
        writtenAtOnce = never ? 4 : -1;
        Exchange exchange = waitsElsewhere();
        client.gone = true;

        client.send("x");

        assertThat(client.status).isEqualTo(200);
        assertThat(client.completed).isOne();
        assertEnded();
        answer(exchange);
        assertEnded();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("S7 answering a suspended request that the container has already ended throws nothing")
    void throwsNothingWhenTheContainerHasEndedTheRequest(boolean never) {
        writtenAtOnce = never ? 4 : -1;
        Exchange exchange = exchanges.open(client.request(), client.response());
        exchange.suspend();
        client.gone = true;

        answer(exchange);

        assertThat(client.completed).isOne();
        assertEnded();
    }

    @Test
    @DisplayName("S7 an answer at once to a client that is gone ends the exchange, too")
    void endsTheExchangeAtOnceWhenTheClientIsGone() throws IOException {
        Exchange exchange = read();
        client.gone = true;

        answer(exchange);

        assertThat(client.suspended).isFalse();
        assertEnded();
    }

    @Test
    void logsAnAnswerThatCannotBeWrittenInDetailOnly() throws IOException {
        Exchange exchange = read();
        client.gone = true;

        List<LogRecord> logged = LogLines.withDetails(Exchange.class, () -> answer(exchange));

        assertThat(logged)
                .extracting(LogRecord::getLevel, LogRecord::getMessage)
                .containsExactly(
                        tuple(Level.FINE, "An answer could not be written: java.io.IOException: Connection is closed"));
    }

    @Test
    @DisplayName("an exchange that is handed over is suspended, holds nothing more and answers nothing")
    void handsTheSuspendedRequestOver() throws IOException {
        client.announce(LARGE);
        Exchange exchange = exchanges.open(client.request(), client.response());
        List<Optional<AsyncContext>> handed = new ArrayList<>();
        exchange.read(LARGE, body -> handed.add(exchange.handOver()));
        client.send("x".repeat(LARGE - 1));
        assertThat(exchanges.bytes()).isEqualTo(LARGE - 4096);

        client.send("x");

        assertThat(handed).singleElement().satisfies(async -> assertThat(async).isPresent());
        assertEnded();
        answer(exchange);
        assertThat(exchange.handOver()).isEmpty();
        assertThat(client.status).isZero();
        assertThat(client.completed).isZero();
    }

    @Test
    void suspendsARequestBeforeItHandsItOver() throws IOException {
        assertThat(read().handOver()).isPresent();
        assertThat(client.suspended).isTrue();
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    @DisplayName("S7 a task that fails on another executor is answered with 500 and throws nothing there")
    void answersAFailedTaskWith500() {
        Exchange exchange = exchanges.open(client.request(), client.response());

        List<LogRecord> logged = LogLines.of(
                Exchange.class,
                () -> exchange.patiently(() -> {
                    throw new IllegalStateException("as in a test");
                }));

        assertThat(client.status).isEqualTo(500);
        assertThat(client.completed).isOne();
        assertEnded();
        assertThat(logged).singleElement().extracting(LogRecord::getThrown).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("S7 a task whose client leaves ends the exchange without an answer and without a log line")
    void endsTheExchangeOfATaskWhoseClientLeaves() {
        Exchange exchange = exchanges.open(client.request(), client.response());

        List<LogRecord> logged = LogLines.of(
                Exchange.class,
                () -> exchange.patiently(() -> {
                    throw new IOException("reset");
                }));

        assertThat(client.status).isZero();
        assertThat(client.completed).isOne();
        assertEnded();
        assertThat(logged).isEmpty();
    }

    @Test
    void anErrorAfterTheAnswerEndsTheExchange() {
        writtenAtOnce = -1;
        client.takes = false;
        Exchange exchange = exchanges.open(client.request(), client.response());
        exchange.patiently(() -> {
            answer(exchange);
            throw new IllegalStateException("as in a test");
        });

        assertThat(client.status).isEqualTo(200);
        assertThat(client.completed).isOne();
        assertEnded();
    }

    @Test
    @DisplayName("S7 what still comes of a body whose client has left is not counted")
    void countsNothingOfABodyWhoseExchangeHasEnded() throws IOException {
        client.announce(LARGE);
        exchanges.open(client.request(), client.response()).read(LARGE, body -> bodies.add("body"));
        client.send("x".repeat(4096));
        client.leave();

        client.send("x".repeat(LARGE - 4096));

        assertThat(bodies).isEmpty();
        assertEnded();
    }

    private void assertEnded() {
        assertThat(exchanges.bytes()).isZero();
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    void onlyTheFirstAnswerCounts() throws IOException {
        Exchange exchange = read();

        answer(exchange);
        answer(exchange);

        assertThat(client.taken).hasToString("fine");
    }

    @Test
    void putsNoDeadlineOnTheWorkBeforeAnAnswer() throws IOException {
        Exchange exchange = exchanges.open(client.request(), client.response());
        exchange.suspend();

        pass(Duration.ofMinutes(1));
        answer(exchange);

        assertThat(client.taken).hasToString("fine");
        assertThat(cuts).hasValue(0);
    }
}
