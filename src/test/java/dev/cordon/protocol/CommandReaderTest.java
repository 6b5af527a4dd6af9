package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.json.InvalidJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandReaderTest {
    private final CommandReader reader = new CommandReader(100);

    @Test
    void readsAPong() {
        assertThat(reader.read("{}")).containsExactly(new Command.Pong());
        assertThat(reader.read(" { } \n")).containsExactly(new Command.Pong());
    }

    @Test
    void rejectsACommandThatLooksLikeUtf16() {
        String frame = new String(
                "{\"id\":1,\"send\":{\"data\":1}}".getBytes(StandardCharsets.UTF_16LE), StandardCharsets.UTF_8);

        assertThatThrownBy(() -> new CommandReader(1024).read(frame)).isInstanceOf(InvalidJsonException.class);
    }

    /** A connect warns of unknown fields only; an acknowledgement is the data of an rpc. */
    @Test
    void everyCommandHasATableOfItsFields() {
        Set<String> others = Set.of("connect", "pong", "acknowledge", "unknown", "invalid");

        assertThat(Arrays.stream(Command.class.getPermittedSubclasses())
                        .map(type -> type.getSimpleName().toLowerCase(Locale.ROOT))
                        .filter(name -> !others.contains(name)))
                .containsExactlyInAnyOrderElementsOf(CommandFields.BY_METHOD.keySet());
    }

    @Test
    void readsAConnect() {
        assertThat(one("{\"id\":1,\"connect\":{\"token\":\"jwt\",\"name\":\"js\",\"data\":{\"session\":\"s1\"},"
                        + "\"subs\":{\"#42\":{\"recover\":true,\"offset\":6,\"epoch\":\"e1\"}}}}"))
                .isEqualTo(new Command.Connect(
                        1,
                        Optional.of("jwt"),
                        Optional.of("s1"),
                        false,
                        Map.of("#42", Optional.of(new StreamPosition("e1", 6))),
                        "js",
                        "",
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void keepsWhatAClientTellsOfItselfForWhoDecidesOnIt() {
        Command.Connect connect = (Command.Connect) new CommandReader(100, true)
                .read(
                        "{\"id\":1,\"connect\":{\"version\":\"5.8.0\",\"data\":[1, 2],\"headers\":{\"cookie\":\"made up\"}}}")
                .get(0);

        assertThat(connect.clientVersion()).isEqualTo("5.8.0");
        assertThat(connect.data().orElseThrow().text()).isEqualTo("[1, 2]");
    }

    @Test
    void readsAnEmptyConnect() {
        Command.Connect bare = new Command.Connect(
                1, Optional.empty(), Optional.empty(), false, Map.of(), "", "", Optional.empty(), Optional.empty());

        assertThat(one("{\"id\":1,\"connect\":{}}")).isEqualTo(bare);
        assertThat(one("{\"connect\":{\"token\":\"\",\"data\":null,\"subs\":null,\"name\":null},\"id\":1}"))
                .isEqualTo(bare);
        assertThat(one("{\"id\":1,\"connect\":{\"token\":null,\"subs\":{},\"version\":\"5.8.0\",\"headers\":{}}}"))
                .isEqualTo(bare);
    }

    @Test
    void readsWhetherTheClientAcknowledges() {
        assertThat(acknowledges("{\"session\":\"s1\",\"ack\":true}")).isTrue();
        assertThat(Stream.of("{\"ack\":false}", "{\"ack\":null}", "[true]", "{}"))
                .noneMatch(this::acknowledges);
    }

    @ParameterizedTest
    @DisplayName("C3: session and ack of another type are rejected by name, not taken for absent")
    @CsvSource(delimiter = '|', textBlock = """
                    {"session":5}      | data.session must be a string
                    {"session":{}}     | data.session must be a string
                    {"session":true}   | data.session must be a string
                    {"ack":"true"}     | data.ack must be true or false
                    {"ack":1}          | data.ack must be true or false
                    """)
    void rejectsASessionOrAnAckOfAnotherType(String data, String why) {
        assertThat(one("{\"id\":1,\"connect\":{\"data\":" + data + "}}")).isEqualTo(new Command.Invalid(1, why));
    }

    private boolean acknowledges(String data) {
        return ((Command.Connect) one("{\"id\":1,\"connect\":{\"data\":" + data + "}}")).acknowledges();
    }

    @Test
    void readsAnAcknowledgement() {
        assertThat(
                        one(
                                "{\"id\":5,\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"#42\",\"upto\":6,\"epoch\":\"e1\"}}}"))
                .isEqualTo(new Command.Acknowledge(5, "#42", new StreamPosition("e1", 6)));
        assertThat(one("{\"id\":5,\"rpc\":{\"data\":{\"upto\":0,\"channel\":\"#42\"},\"method\":\"ack\"}}"))
                .isEqualTo(new Command.Acknowledge(5, "#42", new StreamPosition("", 0)));
    }

    @Test
    void readsSubscriptionsThatDoNotRecover() {
        Command.Connect connect = (Command.Connect)
                one(
                        "{\"id\":1,\"connect\":{\"subs\":{\"#a\":{},\"t#a\":{\"recover\":false,\"offset\":3,\"epoch\":\"e\"}}}}");

        assertThat(connect.resume()).isEqualTo(Map.of("#a", Optional.empty(), "t#a", Optional.empty()));
    }

    @ParameterizedTest
    @DisplayName("F43 the client's data may be of any shape; it names nothing but a session")
    @ValueSource(strings = {"1", "null", "[]", "\"s\"", "{}", "{\"session\":null}", "{\"user\":\"bob\"}"})
    void readsAConnectWithAnyData(String data) {
        Command.Connect connect = (Command.Connect) one("{\"id\":1,\"connect\":{\"data\":" + data + "}}");

        assertThat(connect.session()).isEmpty();
    }

    @Test
    @DisplayName("F24 a topic can be subscribed to late, from a position")
    void readsASubscribe() {
        assertThat(one("{\"id\":2,\"subscribe\":{\"channel\":\"thread7#42\",\"recover\":true,\"offset\":3,"
                        + "\"epoch\":\"e1\"}}"))
                .isEqualTo(new Command.Subscribe(2, "thread7#42", Optional.of(new StreamPosition("e1", 3)), false));
        assertThat(one("{\"id\":2,\"subscribe\":{\"channel\":\"t#42\",\"offset\":3}}"))
                .isEqualTo(new Command.Subscribe(2, "t#42", Optional.empty(), false));
        assertThat(one("{\"id\":2,\"subscribe\":{\"channel\":\"t#42\",\"recover\":true}}"))
                .isEqualTo(new Command.Subscribe(2, "t#42", Optional.of(new StreamPosition("", 0)), false));
    }

    @Test
    void readsTheOtherCommands() {
        assertThat(one("{\"id\":3,\"unsubscribe\":{\"channel\":\"t#42\"}}"))
                .isEqualTo(new Command.Unsubscribe(3, "t#42"));
        assertThat(one("{\"id\":4,\"refresh\":{\"token\":\"jwt\"}}")).isEqualTo(new Command.Refresh(4, "jwt"));
        assertThat(one("{\"id\":8,\"presence\":{\"channel\":\"#42\"}}")).isEqualTo(new Command.Presence(8, "#42"));
        assertThat(one("{\"id\":9,\"ping\":{}}")).isEqualTo(new Command.Ping(9));
        assertThat(one("{\"id\":9,\"publish\":{\"channel\":\"#bob\",\"data\":{\"a\": 1}}}"))
                .isEqualTo(new Command.Publish(9, "#bob", Payload.json("{\"a\": 1}")));
    }

    @Test
    void readsRpcs() {
        assertThat(one("{\"id\":5,\"rpc\":{\"method\":\"Ack\",\"data\":{\"channel\":\"#42\",\"upto\":6}}}"))
                .isEqualTo(new Command.Rpc(5, "Ack", Payload.json("{\"channel\":\"#42\",\"upto\":6}")));
        assertThat(one("{\"id\":5,\"rpc\":{}}")).isEqualTo(new Command.Rpc(5, "", Payload.EMPTY));
        assertThat(one("{\"id\":5,\"rpc\":{\"data\":null,\"method\":\"echo\"}}"))
                .isEqualTo(new Command.Rpc(5, "echo", Payload.json("null")));
    }

    @Test
    void readsHistory() {
        assertThat(one("{\"id\":7,\"history\":{\"channel\":\"#42\",\"limit\":10,\"since\":{\"offset\":3,"
                        + "\"epoch\":\"e1\"}}}"))
                .isEqualTo(new Command.History(7, "#42", 10, Optional.of(new StreamPosition("e1", 3))));
        assertThat(one("{\"id\":7,\"history\":{\"channel\":\"#42\"}}"))
                .isEqualTo(new Command.History(7, "#42", 0, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'subscribe':{'channel':'t\\ud83d#42'}",
                "'subscribe':{'channel':'t#42','recover':true,'offset':1,'epoch':'e\\udf38'}",
                "'publish':{'channel':'#\\ud83dx','data':1}",
                "'history':{'channel':'#42','since':{'offset':1,'epoch':'\\ud83d'}}",
                "'rpc':{'method':'ack','data':{'channel':'#42','upto':1,'epoch':'\\ud83d'}}",
                "'rpc':{'method':'\\udf38'}",
                "'connect':{'token':'t','data':{'session':'\\ud83d'}}",
                "'connect':{'token':'t','name':'\\ud83d'}",
                "'connect':{'token':'t','subs':{'#42':{'recover':true,'offset':1,'epoch':'\\ud83d'}}}"
            })
    @DisplayName("L3: half a surrogate pair is rejected in every text that is kept, compared or sent on")
    void rejectsHalfASurrogatePair(String command) {
        assertThat(one("{\"id\":2," + command.replace('\'', '"') + "}"))
                .isInstanceOfSatisfying(
                        Command.Invalid.class,
                        invalid -> assertThat(invalid.why()).contains("has half a surrogate pair"));
    }

    @Test
    @DisplayName("L3: a payload with an escaped half of a surrogate pair stays unchanged")
    void leavesThePayloadUnchanged() {
        assertThat(one("{\"id\":9,\"publish\":{\"channel\":\"#bob\",\"data\":\"\\ud83d\"}}"))
                .isEqualTo(new Command.Publish(9, "#bob", Payload.json("\"\\ud83d\"")));
    }

    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "2,true", "3,true"})
    @DisplayName("L10: a subscription's flags are read as the protocol has them")
    void readsTheFlagsOfASubscription(int flag, boolean wholeOnly) {
        assertThat(one("{\"id\":2,\"subscribe\":{\"channel\":\"t#42\",\"flag\":" + flag + "}}"))
                .isEqualTo(new Command.Subscribe(2, "t#42", Optional.empty(), wholeOnly));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "7", "-1", "9223372036854775807"})
    @DisplayName("L10: flags that are not known are rejected by name")
    void rejectsFlagsThatAreNotKnown(String flag) {
        assertThat(one("{\"id\":2,\"subscribe\":{\"channel\":\"t#42\",\"flag\":" + flag + "}}"))
                .isEqualTo(new Command.Invalid(
                        2, "flag may have 1 (short channel names) and 2 (reject what cannot be recovered) only"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-2", "-5", "-9223372036854775808"})
    @DisplayName("L7: a negative limit other than -1 is rejected, as by the server API")
    void rejectsANegativeLimit(String limit) {
        assertThat(one("{\"id\":7,\"history\":{\"channel\":\"#42\",\"limit\":" + limit + "}}"))
                .isEqualTo(new Command.Invalid(7, "limit must be -1 (all), 0 (none) or more"));
    }

    @ParameterizedTest
    @CsvSource({"-1,-1", "0,0", "2147483648,2147483647"})
    void boundsTheLimitOfHistory(String given, int limit) {
        assertThat(one("{\"id\":7,\"history\":{\"channel\":\"#42\",\"limit\":" + given + "}}"))
                .isEqualTo(new Command.History(7, "#42", limit, Optional.empty()));
    }

    @Test
    void readsASendWithoutAReply() {
        assertThat(one("{\"send\":{\"data\":[1]}}")).isEqualTo(new Command.Send(Payload.json("[1]")));
        assertThat(one("{\"id\":3,\"send\":{}}").id()).isZero();
    }

    @Test
    void readsABatchInOrder() {
        assertThat(reader.read("{\"id\":1,\"ping\":{}}\n{}\n{\"id\":2,\"ping\":{}}\n"))
                .containsExactly(new Command.Ping(1), new Command.Pong(), new Command.Ping(2));
        assertThat(reader.read("")).isEmpty();
        assertThat(reader.read("\n \n")).isEmpty();
    }

    @Test
    void reads512CommandsAndNotOneMore() {
        String most = "{}\n".repeat(CommandReader.MAX_COMMANDS);

        assertThat(reader.read(most)).hasSize(512);
        assertThatThrownBy(() -> reader.read(most + "{}"))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessage("more than 512 JSON objects");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"id":6}                        | the command names no method: it takes %1$s
                    {"id":6,"frobnicate":{}}        | the command has no method frobnicate: it takes %1$s
                    {"publsh":{},"id":6}            | the command has no method publsh: did you mean publish?
                    {"id":6,"Histroy":{"limit":1}}  | the command has no method Histroy: did you mean history?
                    {"id":6,"x":1,"y":[{}]}         | the command has no method x: it takes %1$s
                    {"id":6,"<b>":{}}               | the command has no method of such a name: it takes %1$s
                    {"id":6,"sub_refresh":{}}       | sub_refresh is not supported
                    {"id":6,"presence_stats":{}}    | presence_stats is not supported
                    """)
    void aCommandWithAnIdButWithoutAKnownMethodIsUnknown(String frame, String why) {
        String all = "rpc, publish, connect, subscribe, send, refresh, ping, unsubscribe, presence, history";

        assertThat(one(frame)).isInstanceOfSatisfying(Command.Unknown.class, unknown -> {
            assertThat(unknown.id()).isEqualTo(6);
            assertThat(unknown.why()).isEqualTo(why.formatted(all));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":6,\"publish\":1}",
                "{\"id\":6,\"publish\":null}",
                "{\"id\":6,\"publish\":[]}",
                "{\"id\":6,\"publish\":{}}",
                "{\"id\":6,\"publish\":{\"data\":{}}}",
                "{\"id\":6,\"publish\":{\"channel\":null,\"data\":{}}}",
                "{\"id\":6,\"publish\":{\"channel\":7,\"data\":{}}}",
                "{\"id\":6,\"connect\":{\"token\":7}}",
                "{\"id\":6,\"connect\":{\"subs\":[]}}",
                "{\"id\":6,\"connect\":{\"subs\":{\"#a\":7}}}",
                "{\"id\":6,\"subscribe\":{\"channel\":\"#a\",\"recover\":1}}",
                "{\"id\":6,\"subscribe\":{\"channel\":\"#a\",\"recover\":true,\"offset\":-1}}",
                "{\"id\":6,\"subscribe\":{\"channel\":\"#a\",\"recover\":true,\"offset\":1.5}}",
                "{\"id\":6,\"subscribe\":{\"channel\":\"#a\",\"recover\":true,\"offset\":9223372036854775808}}",
                "{\"id\":6,\"subscribe\":{\"channel\":\"#a\",\"recover\":true,\"epoch\":\"\\n\"}}",
                "{\"id\":6,\"refresh\":{}}",
                "{\"id\":6,\"history\":{\"channel\":\"#a\",\"reverse\":true}}",
                "{\"id\":6,\"history\":{\"channel\":\"#a\",\"since\":3}}",
                "{\"id\":6,\"unsubscribe\":{}}",
                "{\"id\":6,\"presence\":{}}",
                "{\"id\":6,\"rpc\":{\"method\":{}}}"
            })
    void aMissingOrWrongFieldMakesTheCommandInvalid(String frame) {
        Command command = one(frame);

        assertThat(command).isInstanceOf(Command.Invalid.class);
        assertThat(command.id()).isEqualTo(6);
        assertThat(((Command.Invalid) command).why()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":6,\"connect\":{\"subs\":{\"#secret\":7}}}",
                "{\"id\":6,\"publish\":{\"channel\":\"#secret\",\"data\":\"secret\",\"data2\":[], \"channel\":1}}"
            })
    void neverQuotesAWrongValue(String frame) {
        String why;
        try {
            why = ((Command.Invalid) one(frame)).why();
        } catch (InvalidJsonException e) {
            why = String.valueOf(e.getMessage());
        }

        assertThat(why).isNotBlank().doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"publish\":{\"channel\":\"#a\",\"data\":1}}",
                "{\"id\":0,\"ping\":{}}",
                "{\"id\":-1,\"ping\":{}}",
                "{\"id\":4294967296,\"ping\":{}}",
                "{\"id\":99999999999999999999,\"ping\":{}}",
                "{\"id\":\"1\",\"ping\":{}}",
                "{\"id\":1.0,\"ping\":{}}",
                "{\"id\":null,\"ping\":{}}",
                "{\"x\":1}",
                "{\"id\":1,\"ping\":{},\"publish\":{}}",
                "{\"send\":1}",
                "[]",
                "1",
                "\"{}\"",
                "null",
                "{}x",
                "{},{}",
                "{}]",
                "{",
                "}",
                "{\"id\":1",
                "{\"id\":1,}",
                "{id:1}",
                "{'id':1}",
                "{\"id\":01,\"ping\":{}}",
                "{\"id\":+1,\"ping\":{}}",
                "{\"id\":1,\"rpc\":{\"data\":NaN}}",
                "{\"id\":1,\"rpc\":{\"data\":1.}}",
                "{\"id\":1,\"rpc\":{\"data\":.5}}",
                "{\"id\":1,\"rpc\":{\"data\":tru}}",
                "{\"id\":1,\"rpc\":{\"data\":\"\\x\"}}",
                "{\"id\":1,\"rpc\":{\"data\":\"\\u12g4\"}}",
                "{\"id\":1,\"rpc\":{\"data\":\"a\nb\"}}",
                "{\"id\":1,\"rpc\":{\"data\":\"a\tb\"}}",
                "{\"id\":1,\"rpc\":{\"data\":[1,]}}",
                "{\"id\":1,\"rpc\":{\"data\":[1 2]}}",
                "{\"id\":1,\"rpc\":{\"data\":{\"a\" 1}}}",
                "{\"id\":1,\"rpc\":{\"data\":/* no */1}}",
                "{\"id\":1,\"rpc\":{\"data\":\"open}}",
                "\uFEFF{}",
                "\u0000"
            })
    @DisplayName("F26 a frame that is no sequence of commands is rejected")
    void rejectsAFrameThatIsNoSequenceOfCommands(String frame) {
        assertThatThrownBy(() -> reader.read(frame)).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void acceptsIdsOf32Bits() {
        assertThat(one("{\"id\":4294967295,\"ping\":{}}")).isEqualTo(new Command.Ping(4_294_967_295L));
        assertThat(one("{\"id\":1,\"ping\":{}}")).isEqualTo(new Command.Ping(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":1,\"id\":2,\"ping\":{}}",
                "{\"id\":1,\"\\u0069d\":2,\"ping\":{}}",
                "{\"id\":1,\"publish\":{\"channel\":\"#a\",\"channel\":\"#b\",\"data\":1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"#a\",\"data\":1,\"data\":2}}",
                "{\"id\":1,\"publish\":{},\"publish\":{}}",
                "{\"id\":1,\"rpc\":{\"data\":[{\"a\":1,\"b\":2,\"c\":3,\"a\":4}]}}"
            })
    void rejectsAFieldThatIsGivenTwice(String frame) {
        assertThatThrownBy(() -> reader.read(frame))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessage("a field is given twice");
    }

    @Test
    void readsJson32DeepAndNotOneDeeper() {
        String deep = "[".repeat(30) + "]".repeat(30);

        assertThat(one("{\"id\":1,\"rpc\":{\"data\":" + deep + "}}"))
                .isEqualTo(new Command.Rpc(1, "", Payload.json(deep)));
        assertThatThrownBy(() -> reader.read("{\"id\":1,\"rpc\":{\"data\":[" + deep + "]}}"))
                .isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> reader.read("{\"id\":1,\"rpc\":{\"data\":" + "{\"a\":".repeat(100_000)))
                .isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> reader.read("[".repeat(1_000_000))).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void acceptsDataUpToItsBound() {
        String fits = '"' + "x".repeat(98) + '"';
        String tooLong = '"' + "é".repeat(50) + '"';

        assertThat(one("{\"id\":1,\"publish\":{\"channel\":\"#a\",\"data\":" + fits + "}}"))
                .isEqualTo(new Command.Publish(1, "#a", Payload.json(fits)));
        assertThat(one("{\"id\":1,\"publish\":{\"channel\":\"#a\",\"data\":" + tooLong + "}}"))
                .isEqualTo(new Command.Invalid(1, "data is larger than 100 bytes"));
        assertThatThrownBy(() -> reader.read("{\"send\":{\"data\":" + tooLong + "}}"))
                .isInstanceOf(InvalidJsonException.class);
    }

    @ParameterizedTest
    @DisplayName("F23 F26 a frame that is not UTF-8 is rejected")
    @ValueSource(
            strings = {"ff", "c3", "c3 28", "c0 80", "e0 80 80", "ed a0 80", "f4 90 80 80", "80", "f8 88 80 80 80"})
    void rejectsBadUtf8(String hex) {
        byte[] before = "{\"id\":1,\"rpc\":{\"data\":\"".getBytes(StandardCharsets.ISO_8859_1);
        byte[] flaw = HexFormat.ofDelimiter(" ").parseHex(hex);
        byte[] after = "\"}}".getBytes(StandardCharsets.ISO_8859_1);
        byte[] frame = new byte[before.length + flaw.length + after.length];
        System.arraycopy(before, 0, frame, 0, before.length);
        System.arraycopy(flaw, 0, frame, before.length, flaw.length);
        System.arraycopy(after, 0, frame, before.length + flaw.length, after.length);

        assertThatThrownBy(() -> reader.read(frame)).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void readsNamesThatAreEscaped() {
        assertThat(one("{\"\\u0069d\":1,\"r\\u0070c\":{\"meth\\u006fd\":\"\\u0065cho\"}}"))
                .isEqualTo(new Command.Rpc(1, "echo", Payload.EMPTY));
    }

    private Command one(String frame) {
        List<Command> commands = reader.read(frame);
        assertThat(commands).hasSize(1);
        return commands.get(0);
    }
}
