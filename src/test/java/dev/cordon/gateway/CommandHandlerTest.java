package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.SocketCounters.Rejected;
import dev.cordon.gateway.TestLog.Lost;
import dev.cordon.protocol.Disconnect;
import dev.cordon.upkeep.LogLines;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When the commands of a connection are answered, how many may wait, and what is counted. */
class CommandHandlerTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String PING = "{\"id\":2,\"ping\":{}}";
    private static final String HISTORY = "{\"id\":3,\"history\":{\"channel\":\"#ann\",\"limit\":1}}";
    private static final String UNAVAILABLE =
            "\"error\":{\"code\":108,\"message\":\"not available now\",\"temporary\":true}}";
    private static final String INTERNAL =
            "\"error\":{\"code\":100,\"message\":\"internal server error\",\"temporary\":true}}";

    private final TestNode node = new TestNode();
    private final TestNode withRemoteKeys = new TestNode(Optional.of(URI.create("http://127.0.0.1:9/keys")));
    private final Queue<Runnable> handedOver = new ArrayDeque<>();

    @Test
    void writesTheAnswersOfOneReadTogetherAtItsEnd() {
        TestClient ann = node.connected("ann");
        int writes = ann.wire().writes();

        ann.handler().begin();
        ann.sends(PING);
        ann.sends(echo(3, 3));
        assertThat(ann.received()).isEmpty();
        ann.handler().end();

        assertThat(ann.received()).containsExactly(PING, "{\"id\":3,\"rpc\":{\"data\":3}}");
        assertThat(ann.wire().writes() - writes).isEqualTo(1);
    }

    @Test
    void writesWaitingAnswersBeforeItCloses() {
        TestClient ann = node.connected("ann");

        ann.handler().begin();
        ann.sends(PING);
        ann.handler().ended(Disconnect.NORMAL);

        assertThat(ann.received()).containsExactly(PING);
        assertThat(ann.closedWith()).containsExactly(3000);
    }

    @Test
    void writesWaitingAnswersBeforeATokenEndsTheConnection() {
        TestClient ann = node.connected("ann");
        TestClient bob = node.connected("bob");
        ann.handler().begin();
        bob.handler().begin();

        ann.sends(PING);
        ann.connect(node.token("ann", HOUR));
        bob.sends(PING);
        bob.sends("{\"id\":3,\"refresh\":{\"token\":\"forged\"}}");

        assertThat(ann.received()).containsExactly(PING);
        assertThat(ann.closedWith()).containsExactly(3501);
        assertThat(bob.received()).containsExactly(PING);
        assertThat(bob.closedWith()).containsExactly(3500);
    }

    @Test
    void storesNoMorePublicationsTogetherThanTheLogTakes() {
        TestClient backEnd = node.connected("back-end", "publisher");
        node.log.batch(4);

        List<String> answers = backEnd.asks(IntStream.rangeClosed(1, 6)
                .mapToObj(i -> "{\"id\":" + i + ",\"publish\":{\"channel\":\"#bob\",\"data\":" + i + "}}")
                .toArray(String[]::new));

        assertThat(node.log.batches()).containsExactly(4, 2);
        assertThat(answers).hasSize(6);
    }

    @Test
    void countsTheCommandsThatItCarriesOut() {
        TestClient ann = node.connected("ann");
        long before = node.rejected.commands.sum();

        ann.sends(PING, echo(3, 3));
        ann.sends("{}");

        assertThat(node.rejected.commands.sum() - before).isEqualTo(3);
    }

    @Test
    @DisplayName("S1: exactly 64 KiB are accepted before the connect, at any place in the array")
    void acceptsAConnectOfExactly64Kib() {
        TestClient ann = node.socket();
        String connect = "{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", HOUR) + "\"}}";
        byte[] read = " "
                .repeat(CommandHandler.MAX_STRANGERS_BYTES)
                .concat(connect)
                .concat(" ".repeat(CommandHandler.MAX_STRANGERS_BYTES - connect.length()))
                .getBytes(StandardCharsets.UTF_8);

        ann.handler().frame(read, CommandHandler.MAX_STRANGERS_BYTES, read.length);

        assertThat(ann.closedWith()).isEmpty();
        assertThat(ann.received()).singleElement().asString().startsWith("{\"id\":1,\"connect\":");
    }

    @Test
    @DisplayName("S4: the budget is charged with the length of the frame, not with its place in the array")
    void chargesTheLengthOfAFrame() {
        TestClient ann = node.connected("ann");
        int before = 1024 * 1024;
        byte[] read = " ".repeat(before).concat(PING).getBytes(StandardCharsets.UTF_8);
        int frames = CommandBudget.AT_ONCE * CommandBudget.BYTES_PER_SECOND / before + 1;

        for (int i = 0; i < frames; i++) {
            ann.handler().frame(read, before, read.length);
        }

        assertThat(ann.received()).hasSize(frames).containsOnly(PING);
    }

    @Test
    @DisplayName("S4: a command over the budget is counted, and answered only if it has an id")
    void answersACommandOverTheBudgetIfItHasAnId() {
        TestClient eve = node.connected("eve");
        int connect = 1;
        for (int i = connect; i < CommandBudget.AT_ONCE * CommandBudget.COMMANDS_PER_SECOND; i++) {
            eve.sends("{}");
        }
        assertThat(node.rejected.rejected(Rejected.RATE_COMMANDS)).isZero();

        assertThat(eve.asks("{}", PING, "{\"send\":{\"data\":1}}"))
                .containsExactly(
                        "{\"id\":2,\"error\":{\"code\":111,\"message\":\"too many requests\",\"temporary\":true}}");
        assertThat(node.rejected.rejected(Rejected.RATE_COMMANDS)).isEqualTo(1);
        assertThat(node.rejected.sends.sum()).isZero();
    }

    @Test
    @DisplayName("S4: a publisher whose new token lacks the group begins with a full budget")
    void aFormerPublisherBeginsWithAFullBudget() {
        TestClient ann = node.connected("ann", "publisher");
        for (int i = 0; i < 5 * CommandBudget.AT_ONCE * CommandBudget.COMMANDS_PER_SECOND / 2; i++) {
            ann.sends("{}");
        }

        ann.sends(refresh(5, node.token("ann", HOUR)));

        assertThat(ann.asks(PING)).containsExactly(PING);
        assertThat(ann.closedWith()).isEmpty();
    }

    @Test
    void countsAFrameThatIsNoCommand() {
        TestClient ann = node.connected("ann");

        ann.sends("not json");

        assertThat(node.rejected.rejected(Rejected.BAD_REQUEST)).isEqualTo(1);
    }

    @Test
    @DisplayName("F11 a client with more than 1,024 commands behind a refresh is cut with 3013")
    void cutsAClientWithTooManyCommandsBehindARefresh() {
        TestClient ann = refreshing();
        for (int i = 0; i < CommandHandler.MAX_WAITING; i++) {
            ann.sends("{}");
        }
        assertThat(ann.closedWith()).isEmpty();

        ann.sends("{}");

        assertThat(ann.closedWith()).containsExactly(3013);
        assertThat(withRemoteKeys.rejected.cuts.sum(Cuts.Reason.COMMANDS)).isEqualTo(1);
        assertThat(withRemoteKeys.rejected.rejected(Rejected.BAD_REQUEST)).isZero();
    }

    @Test
    @DisplayName("D3: reading pauses while too much waits behind a refresh")
    void pausesReadingBehindARefresh() {
        TestClient ann = refreshing();
        AtomicInteger readOn = new AtomicInteger();

        ann.sends(floods());

        assertThat(ann.handler().pause(readOn::incrementAndGet)).isTrue();
        assertThat(readOn).hasValue(0);
        handedOver.remove().run();
        assertThat(readOn).hasValue(1);
        assertThat(ann.received()).hasSize(1 + floods().length);
    }

    @Test
    @DisplayName("D3: commands in the same frame as the one that waits for the log count too")
    void countsTheCommandsOfOneFrame() {
        TestClient ann = node.connected("ann");
        node.log.hold();
        AtomicInteger readOn = new AtomicInteger();

        ann.sends(HISTORY + "\n" + String.join("\n", floods()));

        assertThat(ann.handler().pause(readOn::incrementAndGet)).isTrue();
        node.log.answer();
        assertThat(readOn).hasValue(1);
        assertThat(ann.received()).hasSize(1 + floods().length);
    }

    @Test
    @DisplayName("D3: reading resumes when the connection ends, even if too much still waits")
    void resumesReadingWhenTheConnectionEnds() {
        TestClient ann = node.connected("ann");
        node.log.hold();
        AtomicInteger readOn = new AtomicInteger();
        ann.sends(HISTORY + "\n{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", HOUR) + "\"}}\n"
                + String.join("\n", floods()));
        assertThat(ann.handler().pause(readOn::incrementAndGet)).isTrue();

        node.log.answer();

        assertThat(ann.closedWith()).containsExactly(3501);
        assertThat(readOn).hasValue(1);
    }

    @Test
    @DisplayName("D2: commands behind a refresh that was rejected as too many are carried out")
    void carriesOutCommandsBehindARejectedRefresh() {
        AtomicBoolean full = new AtomicBoolean();
        TestClient ann = withRemoteKeys.socket(task -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        });
        ann.connect(withRemoteKeys.token("ann", HOUR));
        full.set(true);

        assertThat(ann.asks(refresh(5, withRemoteKeys.token("ann", HOUR)), PING))
                .containsExactly("{\"id\":5," + INTERNAL, PING);
    }

    @Test
    @DisplayName("D2: a connection waits for nothing after its connect was rejected as too many")
    void waitsForNothingAfterARejectedConnect() {
        TestClient bob = withRemoteKeys.socket(task -> {
            throw new RejectedExecutionException("full");
        });

        bob.connect(withRemoteKeys.token("bob", HOUR));

        assertThat(bob.closedWith()).containsExactly(3011);
        assertThat(bob.handler().prompt()).isTrue();
    }

    @Test
    @DisplayName("D3: a command that the lost database cannot answer gets error 108, and the next is answered")
    void answersACommandWhenTheDatabaseIsLost() {
        TestClient ann = node.connected("ann");
        node.log.hold();
        node.log.lost(Lost.EVERYTHING);
        ann.asks(HISTORY, PING);

        node.log.answer();

        assertThat(ann.received()).containsExactly("{\"id\":3," + UNAVAILABLE, PING);
    }

    @Test
    @DisplayName("F38 a command that fails gets error 100 and is logged with its cause, and the next is answered")
    void aCommandThatFailsIsAnsweredAndLogged() {
        TestClient ann = node.connected("ann");
        node.log.failing(true);

        List<LogRecord> lines = LogLines.of(
                CommandHandler.class,
                () -> assertThat(ann.asks(HISTORY, PING)).containsExactly("{\"id\":3," + INTERNAL, PING));

        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("A command failed: History");
            assertThat(line.getThrown()).hasMessage("the log is down");
        });
    }

    @Test
    @DisplayName("F38 the same if the command waited for the database")
    void aCommandThatFailsLaterIsAnswered() {
        TestClient ann = node.connected("ann");
        node.log.hold();
        node.log.failing(true);
        ann.asks(HISTORY, PING);

        node.log.answer();

        assertThat(ann.received()).containsExactly("{\"id\":3," + INTERNAL, PING);
    }

    @Test
    @DisplayName("F38 publications that fail get error 100 and are logged, and the next command is answered")
    void publicationsThatFailAreAnsweredAndLogged() {
        TestClient backEnd = node.connected("back-end", "publisher");
        node.log.batch(4);
        node.log.failing(true);

        List<LogRecord> lines = LogLines.of(
                ChannelCommands.class,
                () -> assertThat(backEnd.asks("{\"id\":3,\"publish\":{\"channel\":\"#bob\",\"data\":1}}", PING))
                        .containsExactly("{\"id\":3," + INTERNAL, PING));

        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("Publications failed");
            assertThat(line.getThrown()).hasMessage("the log is down");
        });
    }

    @Test
    void answersTheNextCommandWhenNoPublicationWasAllowed() {
        TestClient ann = node.connected("ann");
        node.log.batch(4);

        assertThat(ann.asks("{\"id\":3,\"publish\":{\"channel\":\"#ann\",\"data\":1}}", PING))
                .hasSize(2)
                .satisfies(answers -> assertThat(answers.get(0)).contains("\"id\":3,\"error\":{\"code\":103"))
                .satisfies(answers -> assertThat(answers.get(1)).isEqualTo(PING));
    }

    /** A client whose refresh waits for keys. */
    private TestClient refreshing() {
        TestClient ann = withRemoteKeys.socket(handedOver::add);
        ann.connect(withRemoteKeys.token("ann", HOUR));
        handedOver.remove().run();
        assertThat(ann.asks(PING)).containsExactly(PING);
        ann.sends(refresh(5, withRemoteKeys.token("ann", HOUR)));
        ann.received();
        return ann;
    }

    /** More than may wait. */
    private static String[] floods() {
        return IntStream.range(10, 16)
                .mapToObj(i -> echo(i, "\"" + "x".repeat(50_000) + "\""))
                .toArray(String[]::new);
    }

    private static String refresh(int id, String token) {
        return "{\"id\":" + id + ",\"refresh\":{\"token\":\"" + token + "\"}}";
    }

    private static String echo(int id, Object data) {
        return "{\"id\":" + id + ",\"rpc\":{\"method\":\"echo\",\"data\":" + data + "}}";
    }
}
