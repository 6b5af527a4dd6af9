package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Connection.State;
import dev.cordon.manager.LimitPolicy;
import dev.cordon.manager.ManagerKey;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import dev.cordon.upkeep.LogLines;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String EXPIRED =
            "{\"id\":1,\"error\":{\"code\":109,\"message\":\"token expired\",\"temporary\":false}}";

    private final TestNode node = new TestNode();

    @Test
    void answersWithTheConnectionsIdItsLifeAndThePersonalChannel() {
        TestClient ann = node.socket();

        ann.connect(node.token("ann", HOUR));

        assertThat(ann.received())
                .containsExactly(("{\"id\":1,\"connect\":{\"client\":\"%s\",\"version\":\"cordon 1.0.0\",\"ping\":25,"
                                + "\"pong\":true,\"expires\":true,\"ttl\":3600,\"subs\":{\"#ann\":{\"recoverable\":true,"
                                + "\"positioned\":true,\"epoch\":\"e1\",\"offset\":0}}}}")
                        .formatted(ann.connection().id()));
        assertThat(ann.connection().state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void tellsTheNameOfTheNodeWhereItIsShown() {
        node.showNode("127.0.0.1:8081");
        TestClient ann = node.socket();

        ann.connect(node.token("ann", HOUR));

        assertThat(ann.received())
                .singleElement()
                .asString()
                .contains("\"ttl\":3600,\"data\":{\"node\":\"127.0.0.1:8081\"},\"subs\":{\"#ann\":");
    }

    @Test
    void closesAsBadRequestOnASecondConnect() {
        TestClient ann = node.connected("ann");

        ann.connect(node.token("ann", HOUR));

        assertThat(ann.closedWith()).containsExactly(3501);
        assertThat(node.rejected.rejected(SocketCounters.Rejected.BAD_REQUEST)).isEqualTo(1);
        assertThat(node.factory.stats().managers()).as("F01 released at once").isZero();
    }

    @ParameterizedTest
    @DisplayName("F30 nothing but connect is carried out before the connect: 3501")
    @ValueSource(
            strings = {
                "{\"id\":1,\"subscribe\":{\"channel\":\"#ann\"}}",
                "{\"id\":1,\"unsubscribe\":{\"channel\":\"#ann\"}}",
                "{\"id\":1,\"publish\":{\"channel\":\"#ann\",\"data\":{}}}",
                "{\"id\":1,\"history\":{\"channel\":\"#ann\",\"limit\":1}}",
                "{\"id\":1,\"presence\":{\"channel\":\"#ann\"}}",
                "{\"id\":1,\"rpc\":{\"method\":\"echo\",\"data\":{}}}",
                "{\"id\":1,\"refresh\":{\"token\":\"x\"}}",
                "{\"id\":1,\"ping\":{}}",
                "{\"id\":1,\"what\":{}}",
                "{\"id\":1,\"subscribe\":7}",
                "{\"send\":{\"data\":{}}}"
            })
    void closesAsBadRequestOnACommandBeforeTheConnect(String command) {
        TestClient stranger = node.socket();

        assertThat(stranger.asks(command)).isEmpty();

        assertThat(stranger.closedWith()).containsExactly(3501);
        assertThat(node.rejected.sends.sum()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "{\"id\":-1,\"ping\":{}}",
                "{\"ping\":{}}",
                "{\"id\":1,\"ping\":{},\"rpc\":{}}",
                "{"
            })
    void closesAsBadRequestOnAFrameOfNoCommands(String frame) {
        TestClient ann = node.connected("ann");

        assertThat(ann.asks(frame)).isEmpty();

        assertThat(ann.closedWith()).containsExactly(3501);
    }

    @ParameterizedTest
    @DisplayName("F32 F33 without a good token nobody is let in: 3500, no fallback")
    @ValueSource(
            strings = {
                "{\"id\":1,\"connect\":{}}",
                "{\"id\":1,\"connect\":{\"token\":\"\"}}",
                "{\"id\":1,\"connect\":{\"token\":null,\"data\":{\"user\":\"ann\",\"session\":\"s\"}}}",
                "{\"id\":1,\"connect\":{\"token\":\"garbage\",\"user\":\"ann\",\"name\":\"ann\"}}",
                "{\"id\":1,\"connect\":{\"token\":\"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.\"}}"
            })
    void closesAsInvalidTokenWithoutAGoodOne(String command) {
        TestClient stranger = node.socket();

        assertThat(stranger.asks(command)).isEmpty();

        assertThat(stranger.closedWith()).containsExactly(3500);
        assertThat(node.factory.stats().users()).isZero();
        assertThat(node.factory.connections()).isEmpty();
        assertThat(node.rejected.rejected(SocketCounters.Rejected.TOKEN)).isEqualTo(1);
    }

    @Test
    @DisplayName("F32 F43 nothing but the token names the user")
    void onlyTheTokenNamesTheUser() {
        TestClient mallory = node.socket();

        mallory.sends(("{\"id\":1,\"connect\":{\"token\":\"%s\",\"name\":\"ann\",\"user\":\"ann\",\"sub\":\"ann\","
                        + "\"data\":{\"user\":\"ann\",\"sub\":\"ann\",\"session\":\"ann\"},"
                        + "\"subs\":{\"#ann\":{\"recover\":true,\"epoch\":\"e1\",\"offset\":0}}}}")
                .formatted(node.token("mallory", HOUR)));
        node.publish("#ann", "{\"secret\":1}");

        assertThat(mallory.connection().context().orElseThrow().user()).isEqualTo(new UserId("mallory"));
        assertThat(mallory.received()).hasSize(1).first().asString().doesNotContain("#ann", "was_recovering");
    }

    @Test
    void theTokensSessionWinsOverTheClients() {
        TestClient ann = node.socket();

        ann.sends("{\"id\":1,\"connect\":{\"token\":\"%s\",\"data\":{\"session\":\"mine\"}}}"
                .formatted(node.tokenOfSession("ann", "issued")));

        assertThat(ann.connection().context().orElseThrow().key())
                .isEqualTo(new ManagerKey(new UserId("ann"), new SessionId("issued")));
    }

    @Test
    void tabsOfOneSessionShareAManagerAndOthersDoNot() {
        for (String session : List.of("laptop", "laptop", "phone")) {
            node.socket()
                    .sends("{\"id\":1,\"connect\":{\"token\":\"%s\",\"data\":{\"session\":\"%s\"}}}"
                            .formatted(node.token("ann", HOUR), session));
        }
        node.connected("ann");

        assertThat(node.factory.managersOf(new UserId("ann")).stream()
                        .map(manager -> manager.connections().size()))
                .containsExactly(2, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a\\u0000b\""})
    void answersASessionThatIsNoNameWithAnError(String session) {
        TestClient ann = node.socket();

        List<String> answer = ann.asks("{\"id\":1,\"connect\":{\"token\":\"%s\",\"data\":{\"session\":%s}}}"
                .formatted(node.token("ann", HOUR), session));

        assertThat(answer).hasSize(1).first().asString().contains("\"code\":107");
        assertThat(ann.connection().state()).isEqualTo(State.OPENING);
    }

    @Test
    void tellsAnExpiredTokenApartSoThatTheClientCanBringAnother() {
        TestClient ann = node.socket();

        ann.connect(node.token("ann", Duration.ofHours(-1)));

        assertThat(ann.received()).containsExactly(EXPIRED);
        assertThat(ann.closedWith()).isEmpty();
        assertThat(node.rejected.rejected(SocketCounters.Rejected.TOKEN)).isEqualTo(1);
        ann.connect(node.token("ann", HOUR));
        assertThat(ann.connection().state()).isEqualTo(State.CONNECTED);
    }

    @Test
    @DisplayName("F39 who never connects is closed as stale at the deadline")
    void closesAsStaleAtTheConnectDeadline() {
        TestClient silent = node.socket();

        node.pass(Duration.ofSeconds(5));
        assertThat(silent.closedWith()).isEmpty();
        node.pass(Duration.ofMillis(1));

        assertThat(silent.closedWith()).containsExactly(3502);
    }

    @Test
    @DisplayName("a token good only by the leeway is not closed at the next tick")
    void aTokenWithinItsLeewayLivesForTheLifeThatItsClientIsTold() {
        TestClient ann = node.socket();
        ann.connect(node.token("ann", Duration.ofSeconds(-30)));
        assertThat(ann.received()).hasSize(1).first().asString().contains("\"ttl\":1,");

        node.pass(Duration.ofSeconds(1));
        assertThat(ann.closedWith()).isEmpty();
        assertThat(ann.asks("{\"id\":2,\"refresh\":{\"token\":\"" + node.token("ann", HOUR) + "\"}}"))
                .hasSize(1)
                .first()
                .asString()
                .contains("\"ttl\":3600");
        node.pass(Duration.ofSeconds(5));

        assertThat(ann.closedWith()).isEmpty();
    }

    @Test
    @DisplayName("expiry closes within 5 s (3005), within the leeway too")
    void expiryClosesWithinFiveSeconds() {
        TestClient ann = node.socket();
        ann.connect(node.token("ann", Duration.ofSeconds(20)));
        TestClient late = node.socket();
        late.connect(node.token("late", Duration.ofSeconds(-30)));

        node.pass(Duration.ofMillis(5_001));
        assertThat(late.closedWith()).containsExactly(3005);
        assertThat(ann.closedWith()).isEmpty();
        node.pass(Duration.ofSeconds(15));
        ann.sends("{}");
        node.pass(Duration.ofSeconds(4));

        assertThat(ann.closedWith()).containsExactly(3005);
    }

    @Test
    @DisplayName("F40 F48 a user's connects are limited at N and N+1 a minute (111)")
    void limitsConnectsOfOneUser() {
        node.connectsPerMinute(3);
        for (int i = 0; i < 3; i++) {
            node.connected("ann").connection().close(Disconnect.NORMAL);
        }
        TestClient fourth = node.socket();

        fourth.connect(node.token("ann", HOUR));

        assertThat(fourth.received())
                .containsExactly(
                        "{\"id\":1,\"error\":{\"code\":111,\"message\":\"too many requests\",\"temporary\":true}}");
        assertThat(node.rejected.rejected(SocketCounters.Rejected.RATE_USER)).isEqualTo(1);
        assertThat(node.connected("bob").connection().state()).isEqualTo(State.CONNECTED);
        node.nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        fourth.connect(node.token("ann", HOUR));
        assertThat(fourth.connection().state()).isEqualTo(State.CONNECTED);
    }

    @Test
    @DisplayName("F33 a forged token does not use up its user's connects")
    void aForgedTokenCostsTheUserNothing() {
        node.connectsPerMinute(1);
        String[] parts = node.token("ann", HOUR).split("\\.", -1);
        for (int i = 0; i < 5; i++) {
            node.socket().connect(parts[0] + "." + parts[1] + ".AAAA");
        }

        assertThat(node.connected("ann").connection().state()).isEqualTo(State.CONNECTED);
    }

    @Test
    void whatComesBehindAProbingConnectWaitsAndKeepsItsOrder() {
        node.managersPerUser(1, LimitPolicy.REJECT);
        TestClient dead = node.connected("ann");
        node.pass(Duration.ofSeconds(1));
        TestClient ann = node.socket();

        ann.sends(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", HOUR) + "\"}}",
                "{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":2}}");
        ann.sends("{\"id\":3,\"rpc\":{\"method\":\"echo\",\"data\":3}}");
        assertThat(ann.received()).isEmpty();
        node.pass(Duration.ofMillis(2_001));

        assertThat(dead.closedWith()).containsExactly(3012);
        List<String> answers = ann.received();
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0)).startsWith("{\"id\":1,\"connect\"");
        assertThat(answers.subList(1, 3))
                .containsExactly("{\"id\":2,\"rpc\":{\"data\":2}}", "{\"id\":3,\"rpc\":{\"data\":3}}");
    }

    @Test
    @DisplayName("F11 what waits behind a connect is bounded")
    void whatWaitsBehindAConnectIsBounded() {
        node.managersPerUser(1, LimitPolicy.REJECT);
        node.connected("ann");
        TestClient flood = node.socket();
        flood.connect(node.token("ann", HOUR));

        for (int i = 0; i < CommandHandler.MAX_WAITING; i++) {
            flood.sends("{}");
        }
        assertThat(flood.closedWith()).isEmpty();
        flood.sends("{}");

        assertThat(flood.closedWith()).containsExactly(3501);
    }

    @Test
    @DisplayName("F07 at the limit the living stay and the newcomer is closed (3504)")
    void rejectsWhenAllAreAlive() {
        node.managersPerUser(1, LimitPolicy.REJECT);
        TestClient alive = node.connected("ann");
        node.pass(Duration.ofSeconds(1));
        TestClient second = node.socket();
        second.connect(node.token("ann", HOUR));
        assertThat(alive.received()).containsExactly("{}");

        alive.sends("{}");
        node.tick();

        assertThat(second.closedWith()).containsExactly(3504);
        assertThat(alive.closedWith()).isEmpty();
        assertThat(node.rejected.rejected(SocketCounters.Rejected.LIMIT)).isEqualTo(1);
        assertThat(second.handler().prompt())
                .as("it waits for nothing any more")
                .isTrue();
    }

    @Test
    void nobodyIsEvictedForAConnectionThatIsGone() {
        node.managersPerUser(1, LimitPolicy.EVICT_OLDEST);
        TestClient alive = node.connected("ann");
        node.pass(Duration.ofSeconds(1));
        TestClient second = node.socket();
        second.connect(node.token("ann", HOUR));
        alive.sends("{}");

        second.handler().ended(Disconnect.NORMAL);
        node.tick();

        assertThat(alive.closedWith()).isEmpty();
        assertThat(node.admissions.waiting()).isZero();
    }

    @Test
    @DisplayName("F38 a connect that fails inside closes the connection, and the client comes back")
    void aConnectThatFailsLeavesNoHalfConnection() {
        TestClient ann = node.socket();
        node.log.failing(true);

        ann.sends(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", HOUR) + "\"}}",
                "{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":{}}}");

        assertThat(ann.closedWith()).containsExactly(3011);
        assertThat(node.factory.stats().users()).isZero();
        assertThat(node.factory.connections()).isEmpty();
        node.log.failing(false);
        assertThat(node.connected("ann").connection().state()).isEqualTo(State.CONNECTED);
    }

    @Test
    @DisplayName("F38 the same when the connect was answered from the tick")
    void aConnectThatFailsInTheTickLeavesNoHalfConnection() {
        node.managersPerUser(1, LimitPolicy.REJECT);
        node.connected("ann");
        node.pass(Duration.ofSeconds(1));
        TestClient second = node.socket();
        second.connect(node.token("ann", HOUR));
        node.log.failing(true);

        node.pass(Duration.ofMillis(2_001));

        assertThat(second.closedWith()).containsExactly(3011);
        assertThat(node.admissions.waiting()).isZero();
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F30 frames after the close do nothing")
    void framesAfterTheCloseDoNothing() {
        TestClient ann = node.connected("ann", "publisher");
        ann.handler().ended(Disconnect.NORMAL);
        long before = node.rejected.commands.sum();

        assertThat(ann.asks("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":{}}}", "not json"))
                .isEmpty();
        ann.connect(node.token("ann", HOUR));
        ann.handler().ended(Disconnect.BAD_REQUEST);

        assertThat(ann.closedWith()).containsExactly(3000);
        assertThat(node.rejected.commands.sum()).isEqualTo(before);
        assertThat(node.rejected.rejected(SocketCounters.Rejected.BAD_REQUEST)).isZero();
        assertThat(node.log.stats().appended()).isZero();
        assertThat(node.factory.stats().users()).isZero();
    }

    @Test
    @DisplayName("F09 F30 frames while draining do nothing, and do not change how it ends")
    void framesWhileDrainingDoNothing() {
        TestClient ann = node.connected("ann", "publisher");
        ann.wire().stall();
        node.publish("#ann", "1");
        ann.connection().drainAndClose(Disconnect.SHUTDOWN);
        assertThat(ann.connection().state()).isEqualTo(State.DRAINING);

        ann.sends("{\"id\":2,\"publish\":{\"channel\":\"#bob\",\"data\":{}}}");
        ann.connect(node.token("ann", HOUR));
        ann.sends("not json");
        assertThat(ann.closedWith()).isEmpty();
        node.pass(Duration.ofMinutes(1));

        assertThat(ann.closedWith()).hasSize(1).doesNotContain(3501);
        assertThat(node.log.stats().appended()).isEqualTo(1);
    }

    @Test
    @DisplayName("F28 who stops accepts no socket, and what is there lives on")
    void takesInNoSocketWhileStopping() {
        TestClient ann = node.connected("ann");
        node.factory.stopAccepting();

        assertThat(node.factory.accept(new FakeTransport())).isEmpty();
        assertThat(ann.asks("{\"id\":2,\"ping\":{}}")).containsExactly("{\"id\":2,\"ping\":{}}");
    }

    @Test
    @DisplayName("D3: a connect gets error 108 and 3011 when too many tasks wait for the database")
    void aConnectGetsATemporaryErrorWhenTooMuchWaits() {
        node.log.full();
        TestClient ann = node.socket();

        ann.connect(node.token("ann", HOUR));

        assertThat(ann.received())
                .containsExactly(
                        "{\"id\":1,\"error\":{\"code\":108,\"message\":\"not available now\",\"temporary\":true}}");
        assertThat(ann.closedWith()).containsExactly(3011);
        assertThat(ann.handler().prompt()).as("it waits for nothing any more").isTrue();
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F38 a connect that fails before the log takes it closes the connection, and the cause is logged")
    void aConnectThatFailsBeforeTheLogLeavesNoHalfConnection() {
        node.log.broken();
        TestClient ann = node.socket();

        List<LogRecord> lines = LogLines.of(ConnectCommands.class, () -> ann.connect(node.token("ann", HOUR)));

        assertThat(ann.closedWith()).containsExactly(3011);
        assertThat(ann.handler().prompt()).as("it waits for nothing any more").isTrue();
        assertThat(node.factory.connections()).isEmpty();
        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("A connect failed");
            assertThat(line.getThrown()).hasMessage("the log takes nothing");
        });
    }

    @Test
    @DisplayName("D2: a token whose key cannot be fetched gets a temporary error, and the client may send another")
    void aTokenWhoseKeyCannotBeFetchedGetsATemporaryError() {
        TestNode remote = new TestNode(Optional.of(URI.create("http://127.0.0.1:9/keys")));
        TestClient ann = remote.socket();

        ann.connect(encoded("{\"alg\":\"RS256\",\"kid\":\"k1\"}") + "." + encoded("{\"sub\":\"ann\"}") + ".AAAA");

        assertThat(ann.received())
                .singleElement()
                .asString()
                .startsWith("{\"id\":1,\"error\":{\"code\":100,\"message\":\"the token's key is not known yet");
        assertThat(ann.closedWith()).isEmpty();
        ann.connect(remote.token("ann", HOUR));
        assertThat(ann.connection().state()).isEqualTo(State.CONNECTED);
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
