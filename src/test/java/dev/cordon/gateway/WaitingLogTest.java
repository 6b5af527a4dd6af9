package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.Presence;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Command;
import dev.cordon.protocol.CommandReader;
import dev.cordon.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The log's database does not answer: the thread that reads goes on, and so do all others. */
class WaitingLogTest {
    private static final String ECHO = "{\"id\":9,\"rpc\":{\"method\":\"echo\",\"data\":9}}";
    private static final String ECHOED = "{\"id\":9,\"rpc\":{\"data\":9}}";

    private static final Map<Class<?>, String> EXAMPLES = Map.ofEntries(
            Map.entry(Command.Connect.class, "{'id':2,'connect':{'token':'TOKEN'}}"),
            Map.entry(Command.Pong.class, "{}"),
            Map.entry(Command.Ping.class, "{'id':2,'ping':{}}"),
            Map.entry(Command.Refresh.class, "{'id':2,'refresh':{'token':'TOKEN'}}"),
            Map.entry(Command.Subscribe.class, "{'id':2,'subscribe':{'channel':'t#bob'}}"),
            Map.entry(Command.Unsubscribe.class, "{'id':2,'unsubscribe':{'channel':'#bob'}}"),
            Map.entry(Command.Publish.class, "{'id':2,'publish':{'channel':'#bob','data':1}}"),
            Map.entry(Command.Acknowledge.class, "{'id':2,'rpc':{'method':'ack','data':{'channel':'#bob','upto':1}}}"),
            Map.entry(Command.Rpc.class, "{'id':2,'rpc':{'method':'echo','data':1}}"),
            Map.entry(Command.History.class, "{'id':2,'history':{'channel':'#bob','limit':1}}"),
            Map.entry(Command.Presence.class, "{'id':2,'presence':{'channel':'#bob'}}"),
            Map.entry(Command.Send.class, "{'send':{'data':1}}"),
            Map.entry(Command.Unknown.class, "{'id':2,'presence_stats':{}}"),
            Map.entry(Command.Invalid.class, "{'id':2,'history':{'channel':1}}"));

    private final TestNode node = new TestNode();

    @Test
    @DisplayName(
            "D3: a publish does not hold the thread that reads; what its client sends behind it is answered behind it")
    void aPublishDoesNotHoldTheReader() {
        TestClient backEnd = node.connected("back-end", "publisher");
        TestClient bob = node.connected("bob");
        node.log.batch(4);
        node.log.hold();

        assertThat(backEnd.asks("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":1}}", ECHO))
                .isEmpty();
        assertThat(bob.asks(ECHO)).containsExactly(ECHOED);

        node.log.answer();
        assertThat(backEnd.received()).containsExactly("{\"id\":2,\"publish\":{}}", ECHOED);
        assertThat(bob.received())
                .containsExactly("{\"push\":{\"channel\":\"#bob\",\"pub\":{\"offset\":1,\"data\":1}}}");
    }

    @Test
    @DisplayName("D3: subscribe, history and ack do not hold the thread that reads, and are answered in order")
    void readsDoNotHoldTheReader() {
        TestClient bob = node.connected("bob");
        node.log.log().append(Channel.parse("#bob"), Payload.json("1"));
        node.log.hold();

        assertThat(bob.asks(
                        "{\"id\":2,\"subscribe\":{\"channel\":\"t#bob\"}}",
                        "{\"id\":3,\"history\":{\"channel\":\"#bob\",\"limit\":1}}",
                        "{\"id\":4,\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"#bob\",\"upto\":1}}}",
                        ECHO))
                .isEmpty();
        assertThat(node.log.asked()).isEqualTo(1);

        node.log.answer();
        assertThat(bob.received())
                .hasSize(4)
                .satisfies(all -> assertThat(all.get(0)).startsWith("{\"id\":2,\"subscribe\":"))
                .satisfies(all -> assertThat(all.get(1)).startsWith("{\"id\":3,\"history\":"))
                .satisfies(all -> assertThat(all.get(2)).startsWith("{\"id\":4,\"rpc\":"))
                .satisfies(all -> assertThat(all.get(3)).isEqualTo(ECHOED));
    }

    @Test
    @DisplayName("presence asks the other nodes on a thread that may wait, and lists their connections, too")
    void presenceOfOtherNodesDoesNotHoldTheReader() {
        TestClient bob = node.connected("bob");
        node.others.answers(
                Presence.KIND, "node-2", of -> "{\"clients\":[{\"client\":\"c-2\",\"session\":\"phone\"}]}");
        AtomicInteger questions = new AtomicInteger();
        node.others.whenAsked = questions::incrementAndGet;
        node.log.hold();

        assertThat(bob.asks("{\"id\":2,\"presence\":{\"channel\":\"#bob\"}}", ECHO))
                .isEmpty();
        assertThat(questions).hasValue(0);

        node.log.answer();
        assertThat(questions).hasValue(1);
        assertThat(bob.received())
                .hasSize(2)
                .first()
                .asString()
                .contains(bob.connection().id().value())
                .contains("\"c-2\":{\"client\":\"c-2\",\"user\":\"bob\"}");
    }

    @Test
    @DisplayName("presence is error 108, temporary, when a node does not answer")
    void presenceIsNotAPart() {
        TestClient bob = node.connected("bob");
        node.others.isSilent("node-2");
        node.log.waits(true);

        assertThat(bob.asks("{\"id\":2,\"presence\":{\"channel\":\"#bob\"}}"))
                .containsExactly(
                        "{\"id\":2,\"error\":{\"code\":108,\"message\":\"not available now: a node did not answer\","
                                + "\"temporary\":true}}");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("D3: no command of any kind asks the log on the thread that reads")
    void noCommandHoldsTheReader(Class<?> kind) {
        assertThat(EXAMPLES).as("an example of each command").containsKey(kind);
        String command = EXAMPLES.getOrDefault(kind, "")
                .replace('\'', '"')
                .replace("TOKEN", node.token("bob", Duration.ofHours(1)));
        assertThat(new CommandReader(1_000).read(command)).singleElement().isInstanceOf(kind);
        TestClient bob = kind == Command.Connect.class ? node.socket() : node.connected("bob", "publisher");
        node.publish("#bob", "1");
        node.log.batch(4);
        node.log.waits(true);

        bob.sends(command);

        assertThat(node.log.askedOnTheReader()).isZero();
        assertThat(bob.closedWith()).isEmpty();
    }

    static Stream<Class<?>> kinds() {
        return Arrays.stream(Command.class.getPermittedSubclasses());
    }

    @Test
    @DisplayName("D3: a connect does not hold the thread that reads")
    void aConnectDoesNotHoldTheReader() {
        node.log.hold();
        TestClient bob = node.socket();

        bob.connect(node.token("bob", Duration.ofHours(1)));
        assertThat(bob.received()).isEmpty();

        node.log.answer();
        assertThat(bob.received()).singleElement().asString().startsWith("{\"id\":1,\"connect\":");
    }

    @Test
    @DisplayName("D3: whoever is behind reads the log later, not on the thread that delivers")
    void catchingUpDoesNotHoldTheDelivery() {
        TestClient bob = node.connected("bob");
        node.log.log().append(Channel.parse("#bob"), Payload.json("1"));
        node.log.hold();

        node.publish("#bob", "2");
        assertThat(bob.received()).isEmpty();

        node.log.answer();
        assertThat(bob.received()).hasSize(2);
    }

    @Test
    @DisplayName("D3: when too much waits for the database, the next is told so, and the connection lives")
    void tooMuchThatWaitsIsSaid() {
        TestClient bob = node.connected("bob");
        node.log.waits(true);
        node.log.full();

        assertThat(bob.asks("{\"id\":2,\"history\":{\"channel\":\"#bob\"}}", ECHO))
                .containsExactly(
                        "{\"id\":2,\"error\":{\"code\":108,\"message\":\"not available now\",\"temporary\":true}}",
                        ECHOED);
        assertThat(bob.closedWith()).isEmpty();
    }

    @Test
    @DisplayName("D3: a publisher that goes on sending is not read any more, and is again once there is room")
    void aFloodBehindAPublishIsNotRead() {
        TestClient backEnd = node.connected("back-end", "publisher");
        node.log.batch(4);
        node.log.hold();
        String data = "\"" + "x".repeat(30_000) + "\"";
        AtomicInteger readOn = new AtomicInteger();
        List<Boolean> paused = new ArrayList<>();

        for (int i = 0; i < 12; i++) {
            backEnd.handler()
                    .frame("{\"id\":" + (i + 2) + ",\"publish\":{\"channel\":\"#bob\",\"data\":" + data + "}}");
            paused.add(backEnd.handler().pause(readOn::incrementAndGet));
        }

        assertThat(paused).startsWith(false, false).endsWith(true);
        assertThat(readOn).hasValue(0);
        node.log.answer();
        assertThat(readOn).hasPositiveValue();
        assertThat(backEnd.received())
                .containsExactlyElementsOf(IntStream.range(2, 14)
                        .mapToObj(i -> "{\"id\":" + i + ",\"publish\":{}}")
                        .toList());
    }

    @Test
    @DisplayName("D3: a publisher that is answered while it is read goes on to be read")
    void answersAndReadsThatRaceLeaveNoPressureBehind() throws Exception {
        TestClient backEnd = node.connected("back-end", "publisher");
        node.log.batch(4);
        node.log.hold();
        String data = "\"" + "x".repeat(1_000) + "\"";
        AtomicBoolean sent = new AtomicBoolean();
        Thread answers = new Thread(() -> {
            while (!sent.get() || node.log.asked() > 0) {
                node.log.answerOnce();
            }
        });
        answers.start();
        for (int i = 0; i < 20_000; i++) {
            backEnd.handler()
                    .frame("{\"id\":" + (i + 2) + ",\"publish\":{\"channel\":\"#bob\",\"data\":" + data + "}}");
            while (backEnd.handler().pause(() -> {})) {
                Thread.onSpinWait();
            }
        }
        sent.set(true);
        answers.join();

        assertThat(backEnd.closedWith()).isEmpty();
        backEnd.handler().frame("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":1}}");
        assertThat(node.log.asked()).isEqualTo(1);
        assertThat(backEnd.handler().pause(() -> {})).isFalse();
    }

    @Test
    @DisplayName("D3: a publish before the connect is rejected as before")
    void aStrangersPublishIsRejected() {
        node.log.batch(4);
        node.log.hold();
        TestClient stranger = node.socket();

        stranger.sends("{\"id\":1,\"publish\":{\"channel\":\"#bob\",\"data\":1}}");

        assertThat(stranger.closedWith()).containsExactly(3501);
        assertThat(node.log.asked()).isZero();
    }

    @Test
    @DisplayName("D3: whoever is behind asks for one read, however much is published meanwhile")
    void oneReadCatchesUp() {
        TestClient bob = node.connected("bob");
        node.log.log().append(Channel.parse("#bob"), Payload.json("1"));
        node.log.hold();

        for (int i = 2; i < 50; i++) {
            node.publish("#bob", Integer.toString(i));
        }
        assertThat(node.log.asked()).isEqualTo(1);

        node.log.answer();
        assertThat(bob.received()).hasSize(49);
    }

    @Test
    @DisplayName("D3: a client that leaves meanwhile leaves nothing behind")
    void leavingMeanwhileIsSafe() {
        TestClient backEnd = node.connected("back-end", "publisher");
        node.log.batch(4);
        node.log.hold();
        backEnd.asks("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":1}}", ECHO);

        backEnd.handler().ended(dev.cordon.protocol.Disconnect.NORMAL);
        node.log.answer();

        assertThat(node.factory.managers()).isEmpty();
        assertThat(node.factory.connections()).isEmpty();
    }
}
