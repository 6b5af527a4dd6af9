package dev.cordon.gateway;

import static dev.cordon.gateway.CommandBudget.AT_ONCE;
import static dev.cordon.gateway.CommandBudget.BYTES_PER_SECOND;
import static dev.cordon.gateway.CommandBudget.COMMANDS_PER_SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.CommandBudget.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("S4: what a connection may send has a budget")
class CommandBudgetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int BURST = AT_ONCE * COMMANDS_PER_SECOND;

    private final CommandBudget budget = new CommandBudget(Long.MAX_VALUE - 5);
    private long now = Long.MAX_VALUE - 5;

    @Test
    void tenSecondsWorthOfCommandsMayComeAtOnce() {
        assertThat(budget.spend(BURST, 0, now)).isEqualTo(Verdict.WITHIN);
        assertThat(budget.spend(1, 0, now)).isEqualTo(Verdict.OVER);
    }

    @Test
    void earnsMoreWithTime() {
        budget.spend(BURST, 0, now);
        now += SECOND;

        assertThat(budget.spend(COMMANDS_PER_SECOND, 0, now)).isEqualTo(Verdict.WITHIN);
        assertThat(budget.spend(1, 0, now)).isEqualTo(Verdict.OVER);
    }

    @Test
    void isFullAgainAfterAPauseAndNoFuller() {
        budget.spend(BURST, 0, now);
        now += 100 * SECOND;

        assertThat(budget.spend(BURST, 0, now)).isEqualTo(Verdict.WITHIN);
        assertThat(budget.spend(1, 0, now)).isEqualTo(Verdict.OVER);
    }

    @Test
    void hasHadEnoughWhenAsMuchIsSentAgain() {
        budget.spend(BURST, 0, now);

        assertThat(budget.spend(BURST, 0, now)).isEqualTo(Verdict.OVER);
        assertThat(budget.spend(1, 0, now)).isEqualTo(Verdict.ENOUGH);
    }

    @Test
    @DisplayName("bytes that were charged alone count for the next frame")
    void countsBytesThatAreNoFrame() {
        budget.charge(AT_ONCE * BYTES_PER_SECOND, now);

        assertThat(budget.spend(1, 0, now)).isEqualTo(Verdict.WITHIN);
        assertThat(budget.spend(1, 1024, now)).isEqualTo(Verdict.OVER);
    }

    @Test
    void countsBytesBesideCommands() {
        assertThat(budget.spend(1, AT_ONCE * BYTES_PER_SECOND, now)).isEqualTo(Verdict.WITHIN);
        assertThat(budget.spend(1, 1024, now)).isEqualTo(Verdict.OVER);
    }

    @Test
    @DisplayName("S9: a frame without any command is paid for as one")
    void countsEmptyFrames() {
        budget.spend(BURST - 1, 0, now);

        assertThat(budget.spend(0, 0, now)).isEqualTo(Verdict.WITHIN);
        assertThat(budget.spend(0, 0, now)).isEqualTo(Verdict.OVER);
    }

    @Test
    @DisplayName("S4: acknowledging made-up topics without end is answered with 111, then ends with 3013")
    void tellsAUserWhoSendsTooMuch() {
        TestNode node = new TestNode();
        TestClient client = node.connected("eve");

        int rejectedAt = sendsUntil(client, "\"code\":111");
        int endedAt = Stream.iterate(1, i -> i + 1)
                .peek(i -> acknowledges(client, i))
                .filter(i -> !client.closedWith().isEmpty())
                .findFirst()
                .orElseThrow();

        assertThat(rejectedAt).isBetween(BURST - 1, BURST + 1);
        assertThat(endedAt).isLessThanOrEqualTo(BURST + 1);
        assertThat(client.closedWith()).containsExactly(3013);
        assertThat(node.gateway.counters.cuts.sum(Cuts.Reason.COMMANDS)).isOne();
    }

    @Test
    @DisplayName("S9: a flood of blank texts is cut")
    void cutsAFloodOfBlankTexts() {
        TestNode node = new TestNode();
        TestClient client = node.connected("eve");

        for (int i = 0; i <= 2 * BURST && client.closedWith().isEmpty(); i++) {
            client.sends(i % 2 == 0 ? "" : " ");
        }

        assertThat(client.closedWith()).isNotEmpty();
    }

    @Test
    @DisplayName("S1: what a stranger sends behind a connect that waits has 64 KiB at most")
    void cutsAStrangerWhoSendsWithoutEnd() {
        TestNode node = new TestNode();
        TestClient stranger = node.socket();
        String pongs = "{}\n".repeat(500).strip();

        for (int i = 0; i <= CommandHandler.MAX_STRANGERS_BYTES / pongs.length(); i++) {
            assertThat(stranger.closedWith()).isEmpty();
            stranger.sends(pongs);
        }

        assertThat(stranger.closedWith()).containsExactly(3501);
    }

    @Test
    void publishersMaySendAsMuchAsTheyWant() {
        TestNode node = new TestNode();
        TestClient publisher = node.connected("back-end", "publisher");

        for (int i = 0; i < 3 * BURST; i++) {
            publisher.sends("{}");
        }

        assertThat(publisher.closedWith()).isEmpty();
        assertThat(publisher.asks("{\"id\":5,\"publish\":{\"channel\":\"#bob\",\"data\":1}}"))
                .isEqualTo(List.of("{\"id\":5,\"publish\":{}}"));
    }

    @Test
    void servesAClientThatWaitsAsBefore() {
        TestNode node = new TestNode();
        TestClient client = node.connected("bob");
        sendsUntil(client, "\"code\":111");

        node.pass(Duration.ofSeconds(1));

        assertThat(client.asks("{\"id\":7,\"rpc\":{\"method\":\"echo\",\"data\":1}}"))
                .containsExactly("{\"id\":7,\"rpc\":{\"data\":1}}");
    }

    private static int sendsUntil(TestClient client, String answer) {
        return Stream.iterate(1, i -> i + 1)
                .peek(i -> acknowledges(client, i))
                .filter(i -> client.received().stream().anyMatch(said -> said.contains(answer)))
                .findFirst()
                .orElseThrow();
    }

    private static void acknowledges(TestClient client, int i) {
        client.sends("{\"id\":" + (i + 1) + ",\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"a" + i
                + "#eve\",\"upto\":0}}}");
    }
}
