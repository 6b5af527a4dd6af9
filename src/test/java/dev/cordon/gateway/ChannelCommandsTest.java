package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Connection.State;
import dev.cordon.protocol.Disconnect;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelCommandsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String DENIED =
            "{\"id\":2,\"error\":{\"code\":103,\"message\":\"permission denied\",\"temporary\":false}}";

    private static final String NO_PUBLISHER = "{\"id\":2,\"error\":{\"code\":103,"
            + "\"message\":\"permission denied: the token lacks the group publisher in its claim groups\",\"temporary\":false}}";

    private final TestNode node = new TestNode();

    @Test
    @DisplayName("F24 a topic subscribed to late recovers what came before")
    void aTopicSubscribedToLateStillRecovers() {
        node.publish("thread7#ann", "1");
        node.publish("thread7#ann", "2");
        TestClient ann = node.connected("ann");

        List<String> answer = ann.asks(
                "{\"id\":2,\"subscribe\":{\"channel\":\"thread7#ann\",\"recover\":true,\"epoch\":\"e1\",\"offset\":0}}");
        node.publish("thread7#ann", "3");

        assertThat(answer)
                .containsExactly("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"e1\","
                        + "\"offset\":2,\"was_recovering\":true,\"recovered\":true,"
                        + "\"publications\":[{\"offset\":1,\"data\":1},{\"offset\":2,\"data\":2}]}}");
        assertThat(ann.received())
                .containsExactly("{\"push\":{\"channel\":\"thread7#ann\",\"pub\":{\"offset\":3,\"data\":3}}}");
    }

    @Test
    @DisplayName(
            "L10: a client that wants all or nothing gets error 112 where its position is gone, and may subscribe afresh")
    void rejectsAPositionThatCannotBeRecovered() {
        node.publish("t#ann", "1");
        TestClient ann = node.connected("ann");

        assertThat(
                        ann.asks(
                                "{\"id\":8,\"subscribe\":{\"channel\":\"t#ann\",\"recover\":true,\"offset\":6,\"epoch\":\"zzz\",\"flag\":3}}"))
                .containsExactly(
                        "{\"id\":8,\"error\":{\"code\":112,\"message\":\"unrecoverable position\",\"temporary\":false}}");
        node.publish("t#ann", "2");
        assertThat(ann.received()).isEmpty();

        assertThat(
                        ann.asks(
                                "{\"id\":9,\"subscribe\":{\"channel\":\"t#ann\",\"recover\":true,\"offset\":1,\"epoch\":\"e1\",\"flag\":3}}"))
                .singleElement()
                .asString()
                .contains("\"recovered\":true");
    }

    @Test
    @DisplayName("L10: without that flag the same is told, and a fresh subscription is never rejected")
    void tellsAPositionThatCannotBeRecovered() {
        node.publish("t#ann", "1");
        TestClient ann = node.connected("ann");

        assertThat(
                        ann.asks(
                                "{\"id\":8,\"subscribe\":{\"channel\":\"t#ann\",\"recover\":true,\"offset\":6,\"epoch\":\"zzz\",\"flag\":1}}"))
                .singleElement()
                .asString()
                .contains("\"was_recovering\":true", "\"recovered\":false");
        assertThat(ann.asks("{\"id\":9,\"subscribe\":{\"channel\":\"u#ann\",\"flag\":3}}"))
                .singleElement()
                .asString()
                .contains("\"recoverable\":true");
    }

    @Test
    @DisplayName("L11: recover without an epoch is of any, and what is gone is told all the same")
    void recoversWithoutAnEpoch() {
        node.publish("t#ann", "1");
        node.publish("t#ann", "2");
        TestClient ann = node.connected("ann");

        assertThat(
                        ann.asks(
                                "{\"id\":8,\"subscribe\":{\"channel\":\"t#ann\",\"recover\":true,\"offset\":1,\"epoch\":\"\"}}"))
                .singleElement()
                .asString()
                .contains("\"recovered\":true", "\"publications\":[{\"offset\":2,\"data\":2}]", "\"epoch\":\"e1\"");
        assertThat(ann.asks("{\"id\":9,\"history\":{\"channel\":\"t#ann\",\"limit\":-1,\"since\":{\"offset\":1}}}"))
                .singleElement()
                .asString()
                .contains("\"publications\":[{\"offset\":2,\"data\":2}]");
        assertThat(
                        ann.asks(
                                "{\"id\":10,\"history\":{\"channel\":\"t#ann\",\"limit\":-1,\"since\":{\"offset\":3,\"epoch\":\"\"}}}"))
                .singleElement()
                .asString()
                .contains("\"code\":112");
    }

    @Test
    @DisplayName("F20 what is published while the backlog is read arrives, once and in order")
    void nothingIsLostBetweenBacklogAndLive() {
        TestClient ann = node.connected("ann");
        node.publish("t#ann", "1");
        node.log.whileReading(() -> {
            node.publish("t#ann", "2");
            node.publish("t#ann", "3");
        });

        List<String> answer = ann.asks(
                "{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\",\"recover\":true,\"epoch\":\"e1\",\"offset\":0}}");
        node.publish("t#ann", "4");

        assertThat(answer).hasSize(3);
        assertThat(answer.get(0)).contains("\"publications\":[{\"offset\":1,\"data\":1}]");
        assertThat(answer.subList(1, 3))
                .containsExactly(
                        "{\"push\":{\"channel\":\"t#ann\",\"pub\":{\"offset\":2,\"data\":2}}}",
                        "{\"push\":{\"channel\":\"t#ann\",\"pub\":{\"offset\":3,\"data\":3}}}");
        assertThat(ann.received()).hasSize(1).first().asString().contains("\"offset\":4");
    }

    @Test
    @DisplayName("F20 a reconnect resumes without a gap")
    void aReconnectResumesWithoutAGap() {
        TestClient first = node.connected("ann");
        node.publish("#ann", "1");
        first.handler().ended(Disconnect.NORMAL);
        node.publish("#ann", "2");
        node.publish("#ann", "3");
        TestClient second = node.socket();

        second.resume(node.token("ann", HOUR), "#ann", "e1", 1);
        node.publish("#ann", "4");

        List<String> got = second.received();
        assertThat(got.get(0))
                .endsWith("\"offset\":3,\"was_recovering\":true,\"recovered\":true,"
                        + "\"publications\":[{\"offset\":2,\"data\":2},{\"offset\":3,\"data\":3}]}}}}");
        assertThat(got.subList(1, got.size()))
                .containsExactly("{\"push\":{\"channel\":\"#ann\",\"pub\":{\"offset\":4,\"data\":4}}}");
    }

    @Test
    @DisplayName("F20 a client that missed nothing is told so")
    void aReconnectThatMissedNothing() {
        node.publish("#ann", "1");
        TestClient ann = node.socket();

        ann.resume(node.token("ann", HOUR), "#ann", "e1", 1);

        assertThat(ann.received().get(0)).endsWith("\"offset\":1,\"was_recovering\":true,\"recovered\":true}}}}");
    }

    @Test
    @DisplayName("F20 a position that is gone is always signalled: recovered false")
    void aPositionThatIsGoneIsSignalled() {
        node.historySize(2);
        for (int i = 1; i <= 5; i++) {
            node.publish("#ann", String.valueOf(i));
        }

        assertThat(Stream.of(resumed("e1", 2), resumed("other", 5), resumed("e1", 99), resumed("", 0)))
                .allSatisfy(answer ->
                        assertThat(answer).endsWith("\"offset\":5,\"was_recovering\":true,\"recovered\":false}}}}"));
        assertThat(resumed("e1", 3)).contains("\"recovered\":true").contains("\"offset\":4", "\"offset\":5");
        node.pass(Duration.ofMinutes(11));
        assertThat(resumed("e1", 4)).endsWith("\"was_recovering\":true,\"recovered\":false}}}}");
    }

    private String resumed(String epoch, long offset) {
        TestClient ann = node.socket();
        ann.resume(node.token("ann", HOUR), "#ann", epoch, offset);
        List<String> got = ann.received();
        ann.handler().ended(Disconnect.NORMAL);
        assertThat(got).hasSize(1);
        return got.get(0);
    }

    @ParameterizedTest
    @DisplayName(
            "F32 F43 a channel of another is denied like one that does not exist, whatever is there; C3: what is no name, in words")
    @ValueSource(
            strings = {
                "{\"id\":2,\"subscribe\":{\"channel\":\"%s\",\"recover\":true,\"epoch\":\"e1\",\"offset\":0}}",
                "{\"id\":2,\"subscribe\":{\"channel\":\"%s\"}}",
                "{\"id\":2,\"unsubscribe\":{\"channel\":\"%s\"}}",
                "{\"id\":2,\"history\":{\"channel\":\"%s\",\"limit\":-1}}",
                "{\"id\":2,\"history\":{\"channel\":\"%s\",\"limit\":1,\"since\":{\"epoch\":\"x\",\"offset\":1}}}",
                "{\"id\":2,\"presence\":{\"channel\":\"%s\"}}",
                "{\"id\":2,\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"%s\",\"upto\":1}}}",
                "{\"id\":2,\"publish\":{\"channel\":\"%s\",\"data\":{}}}"
            })
    void foreignChannelsAreDeniedAlike(String command) {
        TestClient bob = node.connected("bob");
        bob.sends("{\"id\":2,\"subscribe\":{\"channel\":\"t#bob\"}}");
        node.publish("t#bob", "\"secret\"");
        bob.received();
        TestClient ann = node.connected("ann");

        List<String> names = List.of(
                "#bob",
                "t#bob",
                "#nobody",
                "never#bob",
                "t#Bob",
                "#BOB",
                "#ann ",
                "#\u0430nn",
                "#an\u00adn",
                "#bob#ann");
        List<String> noNames = List.of(
                "ann",
                "bob",
                "",
                "#",
                "t#",
                "bad topic#ann",
                "bad topic#bob",
                "#ann\\u0000",
                "t/x#ann",
                "x".repeat(65) + "#ann");
        String denied = command.contains("publish") ? NO_PUBLISHER : DENIED;

        assertThat(names)
                .allSatisfy(name ->
                        assertThat(ann.asks(command.formatted(name))).as(name).containsExactly(denied));
        assertThat(noNames)
                .allSatisfy(name -> assertThat(ann.asks(command.formatted(name)))
                        .as(name)
                        .hasSize(1)
                        .first()
                        .asString()
                        .startsWith("{\"id\":2,\"error\":{\"code\":103,\"message\":\"permission denied: "));
        assertThat(ann.closedWith()).isEmpty();
        assertThat(bob.received()).isEmpty();
        assertThat(node.log.stats().appended()).isEqualTo(1);
        assertThat(node.log.stats().channels()).as("nothing remembered of it").isEqualTo(3);
        assertThat(node.counters.isolationViolations.sum()).isZero();
    }

    @Test
    @DisplayName("F32 nothing published to another arrives")
    void nothingForeignArrives() {
        TestClient ann = node.connected("ann");
        TestClient look = node.connected("#ann");
        ann.sends("{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\"}}");
        ann.received();

        node.publish("t#bob", "1");
        node.publish("#bob", "1");
        node.publish("##ann", "1");

        assertThat(ann.received()).isEmpty();
        assertThat(look.received()).hasSize(1);
    }

    @Test
    void subscribingTwiceIsAnError() {
        TestClient ann = node.connected("ann");

        assertThat(ann.asks("{\"id\":2,\"subscribe\":{\"channel\":\"#ann\"}}"))
                .hasSize(1)
                .first()
                .asString()
                .contains("\"code\":105");
    }

    @Test
    @DisplayName("F48 subscriptions are limited at N and N+1")
    void subscriptionsAreLimited() {
        TestClient ann = node.connected("ann");
        for (int i = 2; i <= 32; i++) {
            assertThat(ann.asks("{\"id\":2,\"subscribe\":{\"channel\":\"t" + i + "#ann\"}}")
                            .get(0))
                    .startsWith("{\"id\":2,\"subscribe\"");
        }

        assertThat(ann.asks("{\"id\":2,\"subscribe\":{\"channel\":\"t33#ann\"}}")
                        .get(0))
                .contains("\"code\":106");
        ann.sends("{\"id\":2,\"unsubscribe\":{\"channel\":\"t2#ann\"}}");
        assertThat(ann.asks("{\"id\":2,\"subscribe\":{\"channel\":\"t33#ann\"}}")
                        .get(0))
                .startsWith("{\"id\":2,\"subscribe\"");
    }

    @Test
    void unsubscribingEndsDelivery() {
        TestClient ann = node.connected("ann");
        ann.sends("{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\"}}");

        assertThat(ann.asks("{\"id\":3,\"unsubscribe\":{\"channel\":\"t#ann\"}}"))
                .containsExactly("{\"id\":3,\"unsubscribe\":{}}");
        node.publish("t#ann", "1");
        node.publish("#ann", "1");

        assertThat(ann.received()).hasSize(1).first().asString().contains("\"#ann\"");
    }

    @Test
    @DisplayName("F38 a subscribe that fails inside can be tried again")
    void aSubscribeThatFailsCanBeTriedAgain() {
        TestClient ann = node.connected("ann");
        node.log.failing(true);
        assertThat(ann.asks("{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\"}}"))
                .containsExactly(
                        "{\"id\":2,\"error\":{\"code\":100,\"message\":\"internal server error\",\"temporary\":true}}");
        node.log.failing(false);

        assertThat(ann.asks("{\"id\":3,\"subscribe\":{\"channel\":\"t#ann\"}}").get(0))
                .startsWith("{\"id\":3,\"subscribe\"");
        node.publish("t#ann", "1");

        assertThat(ann.received()).hasSize(1);
    }

    @Test
    void aPublisherReachesAnyUserOnceTheMessageIsInTheLog() {
        TestClient bob = node.connected("bob");
        TestClient backEnd = node.connected("back-end", "publisher");

        List<String> answers = backEnd.asks(
                "{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":{ \"a\": 1.0 }}}",
                "{\"id\":3,\"publish\":{\"channel\":\"#away\",\"data\":null}}");

        assertThat(answers).containsExactly("{\"id\":2,\"publish\":{}}", "{\"id\":3,\"publish\":{}}");
        assertThat(bob.received())
                .as("F23 bytes in = bytes out")
                .containsExactly("{\"push\":{\"channel\":\"#bob\",\"pub\":{\"offset\":1,\"data\":{ \"a\": 1.0 }}}}");
        assertThat(node.log.stats().appended()).isEqualTo(2);
    }

    @Test
    void aPublishThatCannotBeStoredIsNotAcknowledged() {
        TestClient backEnd = node.connected("back-end", "publisher");
        node.log.failing(true);

        assertThat(backEnd.asks("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":{}}}"))
                .containsExactly(
                        "{\"id\":2,\"error\":{\"code\":100,\"message\":\"internal server error\",\"temporary\":true}}");
    }

    @Test
    void aPublisherLearnsThatAChannelIsNone() {
        TestClient backEnd = node.connected("back-end", "publisher");

        assertThat(backEnd.asks("{\"id\":2,\"publish\":{\"channel\":\"nobody\",\"data\":{}}}"))
                .containsExactly(
                        "{\"id\":2,\"error\":{\"code\":102,\"message\":\"unknown channel: channel has no owner: "
                                + "it must be #user or topic#user\",\"temporary\":false}}");
    }

    @Test
    void withoutTheGroupNobodyPublishesEvenToThemselves() {
        TestClient ann = node.connected("ann", "operator", "Publisher");

        assertThat(ann.asks("{\"id\":2,\"publish\":{\"channel\":\"#ann\",\"data\":{}}}"))
                .containsExactly(NO_PUBLISHER);
        assertThat(node.log.stats().appended()).isZero();
    }

    @Test
    void aPublishersOwnPushComesInTheSameWriteAsItsReply() {
        TestClient both = node.connected("ann", "publisher");
        long writes = node.counters.writes.sum();

        assertThat(both.asks("{\"id\":2,\"publish\":{\"channel\":\"#ann\",\"data\":7}}"))
                .containsExactlyInAnyOrder(
                        "{\"id\":2,\"publish\":{}}",
                        "{\"push\":{\"channel\":\"#ann\",\"pub\":{\"offset\":1,\"data\":7}}}");
        assertThat(node.counters.writes.sum() - writes).isEqualTo(1);
    }

    @Test
    void rpcEchoesAndKnowsNothingElse() {
        TestClient ann = node.connected("ann");

        assertThat(ann.asks(
                        "{\"id\":6,\"rpc\":{\"method\":\"echo\",\"data\":[1, \"é\\u0041\"]}}",
                        "{\"id\":7,\"rpc\":{\"method\":\"Echo\",\"data\":{}}}",
                        "{\"id\":8,\"rpc\":{\"data\":{}}}",
                        "{\"id\":9,\"nonsense\":{}}",
                        "{\"id\":10,\"presence_stats\":{\"channel\":\"#ann\"}}"))
                .containsExactly(
                        "{\"id\":6,\"rpc\":{\"data\":[1, \"é\\u0041\"]}}",
                        unknown(7, "rpc has no method Echo: did you mean echo?"),
                        unknown(8, "rpc has no method"),
                        unknown(
                                9,
                                "the command has no method nonsense: it takes rpc, publish, connect, subscribe, send, "
                                        + "refresh, ping, unsubscribe, presence, history"),
                        unknown(10, "presence_stats is not supported"));
        assertThat(ann.closedWith()).isEmpty();
    }

    private static String unknown(int id, String why) {
        return "{\"id\":" + id + ",\"error\":{\"code\":104,\"message\":\"method not found: " + why
                + "\",\"temporary\":false}}";
    }

    @Test
    void aFieldOfTheWrongKindIsAnErrorOfThatCommandOnly() {
        TestClient ann = node.connected("ann");

        List<String> answers = ann.asks("{\"id\":2,\"subscribe\":{\"channel\":7}}", "{\"id\":3,\"ping\":{}}");

        assertThat(answers.get(0)).startsWith("{\"id\":2,\"error\":{\"code\":107");
        assertThat(answers.get(1)).isEqualTo("{\"id\":3,\"ping\":{}}");
    }

    @Test
    void historyGivesWhatIsRetained() {
        node.publish("#ann", "1");
        node.publish("#ann", "2");
        TestClient ann = node.connected("ann");

        assertThat(
                        ann.asks(
                                "{\"id\":2,\"history\":{\"channel\":\"#ann\",\"limit\":-1}}",
                                "{\"id\":3,\"history\":{\"channel\":\"#ann\",\"limit\":1,\"since\":{\"epoch\":\"e1\",\"offset\":1}}}",
                                "{\"id\":4,\"history\":{\"channel\":\"#ann\"}}",
                                "{\"id\":5,\"history\":{\"channel\":\"#ann\",\"limit\":1,\"since\":{\"epoch\":\"e0\",\"offset\":1}}}"))
                .containsExactly(
                        "{\"id\":2,\"history\":{\"publications\":[{\"offset\":1,\"data\":1},{\"offset\":2,\"data\":2}],"
                                + "\"epoch\":\"e1\",\"offset\":2}}",
                        "{\"id\":3,\"history\":{\"publications\":[{\"offset\":2,\"data\":2}],"
                                + "\"epoch\":\"e1\",\"offset\":2}}",
                        "{\"id\":4,\"history\":{\"publications\":[],\"epoch\":\"e1\",\"offset\":2}}",
                        "{\"id\":5,\"error\":{\"code\":112,\"message\":\"unrecoverable position\",\"temporary\":false}}");
    }

    @Test
    void presenceNamesTheUsersOwnConnectionsInTheChannel() {
        TestClient laptop = node.connected("ann");
        TestClient phone = node.connected("ann");
        node.connected("bob");
        phone.sends("{\"id\":2,\"subscribe\":{\"channel\":\"t#ann\"}}");

        String all =
                laptop.asks("{\"id\":3,\"presence\":{\"channel\":\"#ann\"}}").get(0);
        String topic =
                laptop.asks("{\"id\":4,\"presence\":{\"channel\":\"t#ann\"}}").get(0);

        assertThat(all)
                .contains(
                        laptop.connection().id().value(),
                        phone.connection().id().value())
                .doesNotContain("bob");
        String id = phone.connection().id().value();
        assertThat(topic)
                .isEqualTo("{\"id\":4,\"presence\":{\"presence\":{\"" + id + "\":{\"client\":\"" + id
                        + "\",\"user\":\"ann\"}}}}");
    }

    @Test
    void sendAndPongHaveNoAnswerAndPingHas() {
        TestClient ann = node.connected("ann");

        assertThat(ann.asks("{\"send\":{\"data\":{}}}", "{}", "{\"id\":9,\"ping\":{}}"))
                .containsExactly("{\"id\":9,\"ping\":{}}");
        assertThat(node.rejected.sends.sum()).isEqualTo(1);
    }

    @Test
    void aRefreshProlongsTheConnection() {
        TestClient ann = node.socket();
        ann.connect(node.token("ann", Duration.ofSeconds(10)));
        node.pass(Duration.ofSeconds(5));

        assertThat(ann.asks("{\"id\":4,\"refresh\":{\"token\":\"" + node.token("ann", HOUR) + "\"}}"))
                .containsExactly("{\"id\":4,\"refresh\":{\"client\":\""
                        + ann.connection().id() + "\",\"version\":\"cordon 1.0.0\",\"expires\":true,\"ttl\":3600}}");
        node.pass(Duration.ofSeconds(15));

        assertThat(ann.closedWith()).isEmpty();
    }

    @Test
    @DisplayName("F32 a refresh with another user's token is rejected and changes nothing")
    void aRefreshDoesNotChangeTheUser() {
        TestClient ann = node.connected("ann");
        var before = ann.connection().context().orElseThrow();

        assertThat(ann.asks("{\"id\":2,\"refresh\":{\"token\":\"" + node.token("bob", HOUR, "publisher") + "\"}}"))
                .containsExactly(DENIED);
        assertThat(ann.connection().context()).contains(before);
        assertThat(ann.asks("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":{}}}"))
                .containsExactly(NO_PUBLISHER);
    }

    @Test
    void aRefreshTakesTheRolesOfTheFreshToken() {
        TestClient ann = node.connected("ann", "publisher");

        ann.sends("{\"id\":2,\"refresh\":{\"token\":\"" + node.token("ann", HOUR) + "\"}}");

        assertThat(ann.asks("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":{}}}"))
                .containsExactly(NO_PUBLISHER);
    }

    @Test
    @DisplayName(
            "C1: a refresh with an expired token closes with 3005, after which the SDK asks for another; a forged one is the end")
    void aRefreshWithAnExpiredTokenAsksForAnotherAndAForgedOneIsTheEnd() {
        TestClient ann = node.connected("ann");
        TestClient mallory = node.connected("mallory");

        assertThat(ann.asks("{\"id\":2,\"refresh\":{\"token\":\"" + node.token("ann", Duration.ofHours(-1)) + "\"}}"))
                .as("on error 109 the SDK would stop for good")
                .isEmpty();
        mallory.sends("{\"id\":3,\"refresh\":{\"token\":\"forged\"}}");

        assertThat(ann.wire().closes()).containsExactly(Disconnect.EXPIRED);
        assertThat(ann.connection().state()).isEqualTo(State.CLOSED);
        assertThat(mallory.closedWith()).containsExactly(3500);
        assertThat(node.rejected.rejected(SocketCounters.Rejected.TOKEN)).isEqualTo(2);
    }

    @Test
    @DisplayName("F38 a refresh without a token is a bad request, not silence")
    void aRefreshWithoutATokenIsAnError() {
        TestClient ann = node.connected("ann");

        assertThat(ann.asks("{\"id\":2,\"refresh\":{}}").get(0)).contains("\"code\":107");
    }
}
