package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.gateway.TestLog.Lost;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A log outside of the process goes away for a while. */
class LostLogTest {
    private static final String UNAVAILABLE =
            "\"error\":{\"code\":108,\"message\":\"not available now\",\"temporary\":true}}";

    private final TestNode node = new TestNode();

    @Test
    @DisplayName("F21 a publish that was not stored is answered as temporary, and the connection lives")
    void aPublishIsAnsweredAsTemporary() {
        TestClient backEnd = node.connected("back-end", "publisher");
        node.log.lost(Lost.EVERYTHING);

        assertThat(backEnd.asks("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":1}}"))
                .containsExactly("{\"id\":2," + UNAVAILABLE);

        node.log.lost(Lost.NOTHING);
        assertThat(backEnd.asks("{\"id\":3,\"publish\":{\"channel\":\"#bob\",\"data\":1}}"))
                .containsExactly("{\"id\":3,\"publish\":{}}");
        assertThat(backEnd.closedWith()).isEmpty();
    }

    @Test
    void aConnectIsAnsweredAsTemporaryAndLeavesNothingBehind() {
        node.log.lost(Lost.EVERYTHING);
        TestClient client = node.socket();

        client.connect(node.token("bob", java.time.Duration.ofHours(1)));

        assertThat(client.received()).containsExactly("{\"id\":1," + UNAVAILABLE);
        assertThat(client.closedWith()).containsExactly(3011);
        assertThat(node.factory.managers()).isEmpty();
    }

    @Test
    void aSubscribeMayBeTriedAgain() {
        TestClient bob = node.connected("bob");
        node.log.lost(Lost.READS);
        assertThat(bob.asks("{\"id\":2,\"subscribe\":{\"channel\":\"t#bob\"}}"))
                .containsExactly("{\"id\":2," + UNAVAILABLE);

        node.log.lost(Lost.NOTHING);
        assertThat(bob.asks("{\"id\":3,\"subscribe\":{\"channel\":\"t#bob\"}}"))
                .singleElement()
                .asString()
                .startsWith("{\"id\":3,\"subscribe\":");
    }

    @Test
    @DisplayName("F20 a subscriber that cannot catch up now is neither cut nor forgotten")
    void aSubscriberThatCannotCatchUpDoesSoLater() {
        TestClient bob = node.connected("bob");
        node.log.log().append(Channel.parse("#bob"), Payload.json("1"));
        node.log.lost(Lost.READS);

        node.publish("#bob", "2");
        node.factory.catchUp(node.log);
        assertThat(bob.received()).isEmpty();
        assertThat(bob.closedWith()).isEmpty();

        node.log.lost(Lost.NOTHING);
        node.factory.catchUp(node.log);
        assertThat(bob.received()).containsExactly(push(1), push(2));
        node.publish("#bob", "3");
        assertThat(bob.received()).containsExactly(push(3));
    }

    @Test
    @DisplayName("F20 what was stored without anybody knowing reaches its subscriber once the log is back")
    void whatWasStoredInTheMomentOfTheLossArrives() {
        TestClient bob = node.connected("bob");
        node.log.lost(Lost.ANSWERS);
        assertThatThrownBy(() -> node.publish("#bob", "1")).isInstanceOf(LogUnavailableException.class);
        assertThat(bob.received()).isEmpty();

        node.log.lost(Lost.NOTHING);
        node.factory.catchUp(node.log);

        assertThat(bob.received()).containsExactly(push(1));
    }

    private static String push(int number) {
        return "{\"push\":{\"channel\":\"#bob\",\"pub\":{\"offset\":" + number + ",\"data\":" + number + "}}}";
    }

    @Test
    void whatWasReadAtOnceIsStoredTogether() {
        TestClient backEnd = node.connected("back-end", "publisher");
        TestClient bob = node.connected("bob");
        node.log.batch(4);

        backEnd.handler().begin();
        for (int i = 1; i <= 6; i++) {
            backEnd.handler().frame("{\"id\":" + i + ",\"publish\":{\"channel\":\"#bob\",\"data\":" + i + "}}");
        }
        backEnd.handler().end();

        assertThat(node.log.batches()).containsExactly(4, 2);
        assertThat(bob.received())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 6).mapToObj(LostLogTest::push).toList());
        assertThat(backEnd.received())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 6)
                        .mapToObj(i -> "{\"id\":" + i + ",\"publish\":{}}")
                        .toList());
    }

    @Test
    void aBatchThatWasNotStoredIsAnsweredOneByOne() {
        TestClient backEnd = node.connected("back-end", "publisher");
        node.log.batch(4);
        node.log.lost(Lost.EVERYTHING);

        assertThat(backEnd.asks(
                        "{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":1}}",
                        "{\"id\":3,\"publish\":{\"channel\":\"bob\",\"data\":1}}",
                        "{\"id\":4,\"rpc\":{\"method\":\"echo\",\"data\":1}}"))
                .containsExactlyInAnyOrder(
                        "{\"id\":2," + UNAVAILABLE,
                        "{\"id\":3,\"error\":{\"code\":102,\"message\":\"unknown channel: channel has no owner: it must be #user or topic#user\",\"temporary\":false}}",
                        "{\"id\":4,\"rpc\":{\"data\":1}}");
    }
}
