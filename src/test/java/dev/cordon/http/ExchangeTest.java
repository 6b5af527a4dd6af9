package dev.cordon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

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
            "D2: what may wait for something outside of the process runs elsewhere; when too much does, the answer is 503")
    void whatMayWaitRunsElsewhere() throws IOException {
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
    void aBodyThatIsThereIsHandedOverAtOnce() throws IOException {
        client.announce(5).send("whole");

        answer(read());

        assertThat(bodies).containsExactly("whole");
        assertThat(client.suspended).isFalse();
        assertThat(client.taken).hasToString("fine");
    }

    @Test
    void noBodyIsAnEmptyOne() throws IOException {
        read();

        assertThat(bodies).containsExactly("");
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
    @DisplayName("D2 nor for one in chunks, of which no more is read than is needed to see that it is too long")
    void chunksAreReadToTheBound() throws IOException {
        client.headers.put("Transfer-Encoding", "chunked");
        read();
        client.send("0123456789").send("0123456789");

        assertThat(bodies).containsExactly("012345678");
        assertThat(client.read).isEqualTo(MOST + 1);
    }

    @Test
    void chunksThatEndAreABody() throws IOException {
        client.headers.put("Transfer-Encoding", "chunked");
        read();
        client.send("0123");
        client.sendEnd();

        assertThat(bodies).containsExactly("0123");
    }

    @Test
    void nothingBehindTheAnnouncedLengthIsRead() throws IOException {
        client.announce(5).send("wholeGET /");

        read();

        assertThat(bodies).containsExactly("whole");
        assertThat(client.read).isEqualTo(5);
    }

    @Test
    @DisplayName("D2 a body that does not come in time is answered with 408 and its connection cut")
    void aLateBodyIsGivenUp() throws IOException {
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
    @DisplayName("S2 where a write may wait, an answer is written when the client takes it")
    void anAnswerWaitsForItsReader() throws IOException {
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
    @DisplayName("D2 an answer longer than any that never makes its thread wait is written when the client takes it")
    void aLongAnswerWaitsForItsReader() throws IOException {
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
            "D2 of a long answer no more is given to the server than it takes without waiting, and each MiB has its time")
    void aLongAnswerIsGivenPartByPart() throws IOException {
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
    @DisplayName("S2 a long answer of which too little is taken in time is given up")
    void aLongAnswerIsNotWaitedForForever() throws IOException {
        client.takenAtOnce = AnswerWriter.STRETCH;
        read().answer(200, Map.of(), new byte[3 * AnswerWriter.STRETCH]);
        client.takenAtOnce = AnswerWriter.STRETCH + AnswerWriter.PART;
        client.takeAnswer();

        pass(Exchanges.PATIENCE);

        assertThat(cuts).hasValue(1);
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    @DisplayName("S2 an answer that is not taken in time is given up and its connection cut")
    void anUnreadAnswerIsGivenUp() throws IOException {
        writtenAtOnce = -1;
        client.takes = false;
        answer(read());

        pass(Exchanges.PATIENCE);

        assertThat(cuts).hasValue(1);
        assertThat(client.completed).isOne();
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    @DisplayName("S7 a client that leaves has nothing handed over for it, and is forgotten")
    void aClientThatLeavesIsForgotten() throws IOException {
        client.announce(5).send("w");
        Exchange exchange = read();

        client.leave();
        answer(exchange);

        assertThat(bodies).isEmpty();
        assertThat(client.completed).isOne();
        assertThat(client.taken.size()).isZero();
        assertThat(exchanges.waiting()).isZero();
    }

    /** More than is free of the account. */
    private static final int LARGE = 5000;

    /** A request with a large body that has come in parts and then waits for something elsewhere. */
    private Exchange waitsElsewhere() throws IOException {
        client.announce(LARGE);
        Exchange exchange = exchanges.open(client.request(), client.response());
        exchange.read(LARGE, body -> exchange.patiently(() -> answer(exchange)));
        client.send("x".repeat(LARGE - 1));
        assertThat(exchanges.bytes()).isPositive();
        return exchange;
    }

    @Test
    @DisplayName("S1 a body whose request nobody takes on any more is given back, and answered with 503")
    void aRejectedRequestGivesItsBodyBack() throws IOException {
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
    @DisplayName("S7 a client that leaves while its request waits elsewhere is forgotten, and its answer is nobody's")
    void aClientThatLeavesMeanwhileIsForgotten() throws IOException {
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
    @DisplayName("S7 an answer that cannot be written ends the exchange, whichever way it goes")
    void anAnswerToNobodyEndsTheExchange(boolean never) throws IOException {
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
    @DisplayName("S7 whoever answers from elsewhere hears nothing of a request that the container has ended")
    void anAnswerFromElsewhereToNobodyThrowsNothing(boolean never) {
        writtenAtOnce = never ? 4 : -1;
        Exchange exchange = exchanges.open(client.request(), client.response());
        exchange.suspend();
        client.gone = true;

        answer(exchange);

        assertThat(client.completed).isOne();
        assertEnded();
    }

    @Test
    @DisplayName("S7 where nothing is suspended a client that is gone leaves nothing either")
    void anAnswerToNobodyAtOnce() throws IOException {
        Exchange exchange = read();
        client.gone = true;

        answer(exchange);

        assertThat(client.suspended).isFalse();
        assertEnded();
    }

    @Test
    @DisplayName("S7 what fails elsewhere is answered with 500, and the thread there goes on")
    void whatFailsElsewhereIsAnswered() {
        Exchange exchange = exchanges.open(client.request(), client.response());

        exchange.patiently(() -> {
            throw new IllegalStateException("as in a test");
        });

        assertThat(client.status).isEqualTo(500);
        assertThat(client.completed).isOne();
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
    void anAnswerMayTakeItsTime() throws IOException {
        Exchange exchange = exchanges.open(client.request(), client.response());
        exchange.suspend();

        pass(Duration.ofMinutes(1));
        answer(exchange);

        assertThat(client.taken).hasToString("fine");
        assertThat(cuts).hasValue(0);
    }
}
