package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Ledger;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcknowledgeTest {
    private static final Channel ANN = Channel.parse("#ann");
    private static final SessionId LAPTOP = new SessionId("laptop");
    private static final String DONE = "{\"id\":5,\"rpc\":{\"data\":{}}}";

    private final TestNode node = new TestNode();

    @Test
    @DisplayName("F20 a page that comes afresh gets what its session has not acknowledged, once, before live ones")
    void replaysWhatIsNotAcknowledged() {
        TestClient page = page("laptop", true);
        publish(1, 3);
        assertThat(page.asks(ack("#ann", 1))).containsExactly(DONE);
        page.handler().ended(Disconnect.NORMAL);
        publish(4, 4);

        TestClient reloaded = node.socket();
        node.log.whileReading(() -> publish(5, 5));
        List<String> got = connect(reloaded, "laptop", false);
        publish(6, 6);

        assertThat(got.get(0)).endsWith(replay(4, 2, 3, 4));
        assertThat(got.subList(1, got.size())).containsExactly(push(5));
        assertThat(reloaded.received()).containsExactly(push(6));
    }

    @Test
    void aSessionThatNeverOptsInStartsAtTheTop() {
        page("laptop", false).handler().ended(Disconnect.NORMAL);
        publish(1, 2);

        assertThat(connect(node.socket(), "laptop", false))
                .singleElement()
                .asString()
                .endsWith("\"epoch\":\"e1\",\"offset\":2}}}}");
        assertThat(node.log.stats().positions()).isZero();
    }

    @Test
    @DisplayName("F20 from a connect that says it acknowledges there is no window before the first acknowledgement")
    void isKeptTrackOfFromTheConnectOn() {
        page("laptop", true).handler().ended(Disconnect.NORMAL);
        publish(1, 2);

        assertThat(connect(node.socket(), "laptop", true).get(0)).endsWith(replay(2, 1, 2));
        assertThat(connect(node.socket(), "laptop", true).get(0))
                .as("not acknowledged yet: again")
                .endsWith(replay(2, 1, 2));
    }

    @Test
    void isKeptTrackOfFromTheFirstAcknowledgementOn() {
        TestClient page = page("laptop", false);
        publish(1, 3);
        page.asks(ack("#ann", 2));

        assertThat(connect(node.socket(), "laptop", false).get(0)).endsWith(replay(3, 3));
    }

    @Test
    void theFirstConnectTellsThatNoPositionWasKept() {
        publish(1, 2);

        assertThat(connect(node.socket(), "laptop", true).get(0)).endsWith("\"epoch\":\"e1\",\"offset\":2}}}}");
    }

    @Test
    void theTokensSessionCounts() {
        TestClient page = node.socket();
        page.connect(node.tokenOfSession("ann", "laptop"));
        publish(1, 2);
        page.asks(ack("#ann", 1));

        TestClient reloaded = node.socket();
        reloaded.connect(node.tokenOfSession("ann", "laptop"));

        assertThat(reloaded.received().get(0)).endsWith(replay(2, 2));
    }

    @Test
    void aSessionThatNobodyNamesIsNotKeptTrackOfByItsConnect() {
        TestClient page = node.socket();
        page.sends("{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", Duration.ofHours(1))
                + "\",\"data\":{\"ack\":true}}}");

        assertThat(node.log.stats().positions()).isZero();
    }

    @Test
    void eachSessionHasItsOwnPosition() {
        TestClient laptop = page("laptop", true);
        TestClient phone = page("phone", true);
        publish(1, 3);
        laptop.asks(ack("#ann", 3));
        phone.asks(ack("#ann", 1));

        assertThat(connect(node.socket(), "laptop", true).get(0))
                .endsWith("\"offset\":3,\"was_recovering\":true,\"recovered\":true}}}}");
        assertThat(connect(node.socket(), "phone", true).get(0)).endsWith(replay(3, 2, 3));
    }

    @Test
    @DisplayName("F43 the same session name of another user is another session")
    void sharesNothingWithAnotherUser() {
        TestClient bob = node.socket();
        bob.sends("{\"id\":1,\"connect\":{\"token\":\"" + node.token("bob", Duration.ofHours(1))
                + "\",\"data\":{\"session\":\"laptop\",\"ack\":true}}}");
        publish(1, 1);

        assertThat(connect(node.socket(), "laptop", false).get(0)).doesNotContain("was_recovering");
    }

    @Test
    @DisplayName("F20 where part of it is gone the page is told so")
    void saysWhenPartOfItIsGone() {
        node.historySize(2);
        page("laptop", true).handler().ended(Disconnect.NORMAL);
        publish(1, 5);

        assertThat(connect(node.socket(), "laptop", true).get(0))
                .endsWith("\"offset\":5,\"was_recovering\":true,\"recovered\":false}}}}");
    }

    @Test
    void aPositionThatTheClientBringsWins() {
        TestClient page = page("laptop", true);
        publish(1, 3);
        page.asks(ack("#ann", 1));

        TestClient back = node.socket();
        back.sends("{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", Duration.ofHours(1))
                + "\",\"data\":{\"session\":\"laptop\",\"ack\":true},"
                + "\"subs\":{\"#ann\":{\"recover\":true,\"epoch\":\"e1\",\"offset\":2}}}}");

        assertThat(back.received().get(0)).endsWith(replay(3, 3));
        assertThat(node.log.acknowledged(ANN, LAPTOP)).contains(new StreamPosition("e1", 1));
    }

    @Test
    @DisplayName("F20 F24 a topic is replayed to a fresh subscribe alike")
    void replaysATopic() {
        TestClient page = page("laptop", true);
        page.asks("{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\"}}");
        node.publish("t#ann", "1");
        node.publish("t#ann", "2");
        page.asks(ack("t#ann", 1));
        page.handler().ended(Disconnect.NORMAL);

        TestClient reloaded = page("laptop", true);

        assertThat(reloaded.asks("{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\"}}"))
                .containsExactly("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"e1\","
                        + "\"offset\":2,\"was_recovering\":true,\"recovered\":true,"
                        + "\"publications\":[{\"offset\":2,\"data\":2}]}}");
        assertThat(reloaded.asks("{\"id\":3,\"subscribe\":{\"channel\":\"other#ann\"}}")
                        .get(0))
                .doesNotContain("was_recovering");
    }

    @Test
    void aTopicOfASessionThatNeverOptsInStartsAtTheTop() {
        TestClient page = page("laptop", false);
        page.asks("{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\"}}");
        page.asks("{\"id\":3,\"unsubscribe\":{\"channel\":\"t#ann\"}}");
        node.publish("t#ann", "1");

        assertThat(page.asks("{\"id\":4,\"subscribe\":{\"channel\":\"t#ann\"}}").get(0))
                .doesNotContain("was_recovering");
    }

    @Test
    @DisplayName("F20 F24 the position of a session that opts in is stored from the subscribe to a topic on")
    void storesThePositionInATopicFromTheSubscribeOn() {
        TestClient page = page("laptop", true);
        page.asks("{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\"}}");
        page.handler().ended(Disconnect.NORMAL);
        node.publish("t#ann", "1");

        assertThat(page("laptop", true)
                        .asks("{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\"}}")
                        .get(0))
                .contains("\"was_recovering\":true,\"recovered\":true,\"publications\":[{\"offset\":1,\"data\":1}]");
    }

    @Test
    @DisplayName("F20 an acknowledgement without an epoch means the epoch of the subscription")
    void anAcknowledgementWithoutAnEpochMeansThatOfTheSubscription() {
        TestClient page = page("laptop", true);
        publish(1, 3);
        node.clock.advance(Duration.ofDays(3));
        node.log.sweep(channel -> false);
        for (int i = 1; i <= 3; i++) {
            node.log.log().append(ANN, Payload.json("9"));
        }
        assertThat(node.log.top(ANN).epoch()).isNotEqualTo("e1");

        assertThat(page.asks(ack("#ann", 2)))
                .singleElement()
                .asString()
                .startsWith("{\"id\":5,\"error\":{\"code\":112");
    }

    @ParameterizedTest
    @DisplayName("F20 what cannot have been seen is rejected, and moves nothing")
    @CsvSource({"4, ''", "3, e0", "0, e0", "4, e1"})
    void rejectsWhatCannotHaveBeenSeen(long upto, String epoch) {
        TestClient page = page("laptop", true);
        publish(1, 3);
        String data = "{\"channel\":\"#ann\",\"upto\":" + upto + ",\"epoch\":\"" + epoch + "\"}";

        assertThat(page.asks("{\"id\":5,\"rpc\":{\"method\":\"ack\",\"data\":" + data + "}}"))
                .singleElement()
                .asString()
                .startsWith("{\"id\":5,\"error\":{\"code\":112,\"message\":\"upto is ");
        assertThat(node.log.acknowledged(ANN, LAPTOP)).contains(new StreamPosition("e1", 0));
        assertThat(node.log.ledger()).isEqualTo(new Ledger(3, 0, 3, 0, 0, 0));
        assertThat(page.closedWith()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"upto\":1} | channel is missing",
                "{\"channel\":\"#ann\"} | upto is missing",
                "{\"channel\":\"#ann\",\"upto\":null} | upto is missing",
                "{\"channel\":\"#ann\",\"upto\":-1} | upto is negative",
                "{\"channel\":\"#ann\",\"upto\":\"1\"} | upto must be",
                "{\"channel\":\"#ann\",\"upto\":1.5} | upto must be",
                "{\"channel\":7,\"upto\":1} | channel must be a string",
                "{\"channel\":\"#ann\",\"upto\":1,\"epoch\":1} | epoch must be a string",
                "[1] | data must be an object",
                "null | data is missing"
            })
    void malformedDataIsABadRequestWithAMessage(String data, String message) {
        TestClient page = page("laptop", true);
        publish(1, 1);

        assertThat(page.asks("{\"id\":5,\"rpc\":{\"method\":\"ack\",\"data\":" + data + "}}"))
                .singleElement()
                .asString()
                .startsWith("{\"id\":5,\"error\":{\"code\":107,\"message\":\"" + message);
        assertThat(page.closedWith()).isEmpty();
    }

    @Test
    void acknowledgesWithoutBeingSubscribed() {
        TestClient page = page("laptop", true);
        node.publish("t#ann", "1");

        assertThat(page.asks(ack("t#ann", 1))).containsExactly(DONE);
        assertThat(node.log.ledger().acknowledged()).isEqualTo(1);
    }

    @Test
    void neverGoesBack() {
        TestClient page = page("laptop", true);
        publish(1, 3);

        assertThat(page.asks(ack("#ann", 3), ack("#ann", 1))).containsExactly(DONE, DONE);
        assertThat(node.log.acknowledged(ANN, LAPTOP)).contains(new StreamPosition("e1", 3));
    }

    @Test
    void failsLikeAnyCommandWhenTheLogDoes() {
        TestClient page = page("laptop", true);
        page.asks("{\"id\":2,\"unsubscribe\":{\"channel\":\"#ann\"}}");
        node.log.failing(true);

        assertThat(page.asks(ack("#ann", 0)))
                .containsExactly(
                        "{\"id\":5,\"error\":{\"code\":100,\"message\":\"internal server error\",\"temporary\":true}}");
    }

    @Test
    @DisplayName("F11 pages that name a session each take no room of others but the quietest's")
    void manySessionsAreBounded() {
        for (int i = 0; i < UserLog.MAX_SESSIONS + 4; i++) {
            page("page" + i, true).handler().ended(Disconnect.NORMAL);
        }

        assertThat(node.log.stats().positions()).isEqualTo(UserLog.MAX_SESSIONS);
        assertThat(node.log.stats().positionsDropped()).isEqualTo(4);
    }

    private TestClient page(String session, boolean acknowledges) {
        TestClient page = node.socket();
        connect(page, session, acknowledges);
        return page;
    }

    private List<String> connect(TestClient page, String session, boolean acknowledges) {
        page.sends("{\"id\":1,\"connect\":{\"token\":\"%s\",\"data\":{\"session\":\"%s\",\"ack\":%s}}}"
                .formatted(node.token("ann", Duration.ofHours(1)), session, acknowledges));
        return page.received();
    }

    private void publish(int from, int to) {
        for (int i = from; i <= to; i++) {
            node.publish("#ann", String.valueOf(i));
        }
    }

    private static String ack(String channel, long upto) {
        return "{\"id\":5,\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"" + channel + "\",\"upto\":" + upto
                + "}}}";
    }

    private static String replay(long top, int... offsets) {
        StringBuilder all = new StringBuilder();
        for (int offset : offsets) {
            all.append(all.isEmpty() ? "" : ",").append("{\"offset\":%d,\"data\":%d}".formatted(offset, offset));
        }
        return "\"offset\":" + top + ",\"was_recovering\":true,\"recovered\":true,\"publications\":[" + all + "]}}}}";
    }

    private static String push(int offset) {
        return "{\"push\":{\"channel\":\"#ann\",\"pub\":{\"offset\":%d,\"data\":%d}}}".formatted(offset, offset);
    }
}
