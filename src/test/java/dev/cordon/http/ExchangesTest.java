package dev.cordon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.upkeep.LogLines;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What several requests share that wait for their clients: the room for their bodies, and one line in the log. */
class ExchangesTest {
    /** Bytes that a body takes beyond its first 4 KiB once it is longer than these. */
    private static final int STEP = 4096;

    private static final int LONG = 20_000;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger cuts = new AtomicInteger();
    private Optional<Runnable> cutter = Optional.of(cuts::incrementAndGet);
    private final List<String> bodies = new ArrayList<>();

    private final Exchanges exchanges = new Exchanges(
            new ServerLayer() {
                @Override
                public int writtenAtOnce() {
                    return -1;
                }

                @Override
                public Optional<Runnable> cutter(HttpServletRequest request) {
                    return cutter;
                }
            },
            Runnable::run,
            nanos::get,
            2 * STEP,
            STEP);

    /** Opens a request whose body arrives in part. */
    private FakeClient sends(int bytes) throws IOException {
        return sends(exchanges, bytes);
    }

    private FakeClient sends(Exchanges exchanges, int bytes) throws IOException {
        FakeClient client = new FakeClient().announce(LONG).send("x".repeat(bytes));
        exchanges.open(client.request(), client.response()).read(LONG, body -> bodies.add(new String(body, US_ASCII)));
        return client;
    }

    private void answered(FakeClient client) {
        exchanges.open(client.request(), client.response()).answer(200, Map.of(), "fine".getBytes(US_ASCII));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        exchanges.sweep();
    }

    /** What the log says while time passes. */
    private List<String> logged(Duration time) {
        return LogLines.of(Exchanges.class, () -> pass(time)).stream()
                .map(new SimpleFormatter()::formatMessage)
                .toList();
    }

    private static String line(int late, int unread, int crowded) {
        return "Ended requests of clients that stalled for 10 s: " + late + " did not send their body, " + unread
                + " did not read their answer; " + crowded + " bodies found no room";
    }

    @Test
    @DisplayName(
            "S1 a body that finds no room beside another is answered with 503, and its connection is cut after 2 s")
    void aBodyThatFindsNoRoomIsAnsweredWith503() throws IOException {
        FakeClient first = sends(STEP + 1);
        FakeClient second = sends(STEP + 1);
        assertThat(second.status).as("just fits").isZero();
        assertThat(exchanges.bytes()).isEqualTo(2 * STEP);

        second.send("x".repeat(STEP));

        assertThat(second.status).isEqualTo(503);
        assertThat(second.taken).asString().contains("too many bodies are arriving at once");
        assertThat(second.answerHeaders).containsEntry("Retry-After", "1").containsEntry("Connection", "close");
        assertThat(exchanges.bytes()).as("of the first").isEqualTo(STEP);
        second.send("x".repeat(LONG));
        assertThat(bodies).isEmpty();
        assertThat(second.read).isEqualTo(2 * STEP);

        pass(Exchanges.LAST_WORDS.minusNanos(1));
        assertThat(cuts).hasValue(0);
        pass(Duration.ofNanos(1));
        assertThat(cuts).hasValue(1);
        assertThat(exchanges.waiting()).isOne();

        first.send("x".repeat(LONG - STEP - 1));
        assertThat(bodies).containsExactly("x".repeat(LONG));
    }

    @Test
    @DisplayName("S1 bodies of strangers have a room of their own, and are counted and ended with the others")
    void bodiesOfStrangersTakeNoRoomFromOthers() throws IOException {
        sends(exchanges.strangers(), STEP + 1);
        FakeClient refused = sends(exchanges.strangers(), 2 * STEP);
        assertThat(refused.status).isEqualTo(503);

        assertThat(sends(STEP + 1).status).isZero();
        assertThat(sends(STEP + 1).status).isZero();
        assertThat(exchanges.bytes()).isEqualTo(3 * STEP);
        assertThat(exchanges.waiting()).isEqualTo(4);

        pass(Exchanges.PATIENCE);
        assertThat(exchanges.bytes()).isZero();
    }

    @Test
    void aSingleBodyMayBeLargerThanTheRoomForAll() throws IOException {
        sends(LONG);

        assertThat(bodies).containsExactly("x".repeat(LONG));
    }

    @Test
    @DisplayName("D2 where the server hides its connections, a late request ends with its answer, and none is cut")
    void endsRequestsByTheirAnswersWhereNoConnectionCanBeCut() throws IOException {
        cutter = Optional.empty();
        FakeClient unread = new FakeClient();
        unread.takes = false;
        answered(unread);
        FakeClient late = sends(1);

        pass(Exchanges.PATIENCE);
        assertThat(late.status).isEqualTo(408);
        assertThat(late.completed).isOne();
        assertThat(exchanges.waiting()).as("the answer that is not read").isOne();

        pass(Duration.ofHours(1));
        unread.takeAnswer();
        assertThat(unread.taken).hasToString("fine");
        assertThat(exchanges.waiting()).isZero();
    }

    @Test
    @DisplayName("S2 the log has one line a minute about clients that stalled, with their numbers")
    void logsTheNumbersOfStalledClientsOnceAMinute() throws IOException {
        assertThat(logged(Duration.ofMillis(1))).isEmpty();
        sends(1);
        FakeClient unread = new FakeClient();
        unread.takes = false;
        answered(unread);

        assertThat(logged(Exchanges.PATIENCE)).containsExactly(line(1, 1, 0));

        sends(STEP + 1);
        FakeClient crowded = sends(STEP + 1);
        crowded.send("x".repeat(STEP));
        assertThat(logged(Exchanges.PATIENCE)).isEmpty();
        assertThat(logged(Duration.ofMinutes(1).minus(Exchanges.PATIENCE).minusNanos(1)))
                .isEmpty();
        assertThat(logged(Duration.ofNanos(1))).containsExactly(line(1, 0, 1));
        assertThat(logged(Duration.ofMinutes(2))).isEmpty();
    }
}
