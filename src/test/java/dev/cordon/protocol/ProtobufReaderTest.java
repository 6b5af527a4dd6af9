package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as the SDK for Java encodes them, and bytes that no client should send. */
class ProtobufReaderTest {
    private final List<String> warnings = new ArrayList<>();
    private final ProtobufReader reader = new ProtobufReader(100, true, warnings::add);

    private static byte[] batch(MessageLite... commands) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            for (MessageLite command : commands) {
                command.writeDelimitedTo(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Protocol.Command.Builder command(int id) {
        return Protocol.Command.newBuilder().setId(id);
    }

    private static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private List<Command> read(byte[] frame) {
        return reader.read(frame, 0, frame.length);
    }

    private Command read(Protocol.Command.Builder command) {
        List<Command> commands = read(batch(command.build()));
        assertThat(commands).hasSize(1);
        return commands.get(0);
    }

    private Command read(String hex) {
        List<Command> commands = read(HexFormat.of().parseHex(hex));
        assertThat(commands).hasSize(1);
        return commands.get(0);
    }

    private static Protocol.PublishRequest.Builder publish(String json) {
        return Protocol.PublishRequest.newBuilder().setChannel("#bob").setData(utf8(json));
    }

    @Test
    void readsAConnect() {
        Protocol.ConnectRequest.Builder connect = Protocol.ConnectRequest.newBuilder()
                .setToken("t")
                .setName("java")
                .setVersion("0.4.1")
                .setData(utf8("{\"session\":\"s1\",\"ack\":true, \"more\":[1]}"))
                .putSubs(
                        "#alice",
                        Protocol.SubscribeRequest.newBuilder()
                                .setRecover(true)
                                .setOffset(6)
                                .setEpoch("e1")
                                .build())
                .putSubs("news#alice", Protocol.SubscribeRequest.getDefaultInstance());

        assertThat(read(command(1).setConnect(connect)))
                .isEqualTo(new Command.Connect(
                        1,
                        Optional.of("t"),
                        Optional.of("s1"),
                        true,
                        Map.of("#alice", Optional.of(new StreamPosition("e1", 6)), "news#alice", Optional.empty()),
                        "java",
                        "0.4.1",
                        Optional.of(Payload.json("{\"session\":\"s1\",\"ack\":true, \"more\":[1]}")),
                        Optional.empty()));
        assertThat(warnings).isEmpty();
    }

    @Test
    void keepsNeitherVersionNorDataUnlessAsked() {
        byte[] frame = batch(command(1)
                .setConnect(Protocol.ConnectRequest.newBuilder().setVersion("1").setData(utf8("[1]")))
                .build());

        Command.Connect connect = (Command.Connect)
                new ProtobufReader(100, false).read(frame, 0, frame.length).get(0);

        assertThat(connect.clientVersion()).isEmpty();
        assertThat(connect.data()).isEmpty();
        assertThat(connect.token()).isEmpty();
        assertThat(connect.session()).isEmpty();
    }

    @Test
    @DisplayName("a field that this version does not know is ignored in a connect, with a warning, as in JSON")
    void warnsOfAnUnknownFieldOfAConnect() {
        Command.Connect connect = (Command.Connect) read("070801" + "2203" + "f80701");

        assertThat(connect.ignored()).hasValueSatisfying(why -> assertThat(why).startsWith("connect has no field 127"));
        assertThat(warnings).hasSize(1);
    }

    @Test
    void readsTheOtherCommands() {
        byte[] frame = batch(
                command(2)
                        .setSubscribe(Protocol.SubscribeRequest.newBuilder()
                                .setChannel("news#bob")
                                .setRecover(true)
                                .setEpoch("e")
                                .setOffset(3)
                                .setPositioned(true))
                        .build(),
                command(3)
                        .setUnsubscribe(Protocol.UnsubscribeRequest.newBuilder().setChannel("news#bob"))
                        .build(),
                command(-1).setPublish(publish("{\"a\": [1]}")).build(),
                command(5)
                        .setPresence(Protocol.PresenceRequest.newBuilder().setChannel("#bob"))
                        .build(),
                command(6)
                        .setHistory(Protocol.HistoryRequest.newBuilder()
                                .setChannel("#bob")
                                .setLimit(-1)
                                .setSince(Protocol.StreamPosition.newBuilder()
                                        .setOffset(4)
                                        .setEpoch("e")))
                        .build(),
                command(7).setPing(Protocol.PingRequest.getDefaultInstance()).build(),
                command(0)
                        .setSend(Protocol.SendRequest.newBuilder().setData(utf8("1")))
                        .build(),
                command(8)
                        .setRpc(Protocol.RPCRequest.newBuilder()
                                .setMethod("écho")
                                .setData(utf8("[]")))
                        .build(),
                command(9)
                        .setRpc(Protocol.RPCRequest.newBuilder()
                                .setMethod("ack")
                                .setData(utf8("{\"channel\":\"#bob\",\"upto\":6}")))
                        .build(),
                command(10)
                        .setRefresh(Protocol.RefreshRequest.newBuilder().setToken("t2"))
                        .build(),
                Protocol.Command.getDefaultInstance());

        assertThat(read(frame))
                .containsExactly(
                        new Command.Subscribe(2, "news#bob", Optional.of(new StreamPosition("e", 3)), false),
                        new Command.Unsubscribe(3, "news#bob"),
                        new Command.Publish(CommandReader.MAX_ID, "#bob", Payload.json("{\"a\": [1]}")),
                        new Command.Presence(5, "#bob"),
                        new Command.History(6, "#bob", -1, Optional.of(new StreamPosition("e", 4))),
                        new Command.Ping(7),
                        new Command.Send(Payload.json("1")),
                        new Command.Rpc(8, "écho", Payload.json("[]")),
                        new Command.Acknowledge(9, "#bob", new StreamPosition("", 6)),
                        new Command.Refresh(10, "t2"),
                        new Command.Pong());
    }

    @Test
    void readsAnRpcWithoutDataAsAnEmptyObject() {
        assertThat(read(command(1).setRpc(Protocol.RPCRequest.newBuilder().setMethod("m"))))
                .isEqualTo(new Command.Rpc(1, "m", Payload.EMPTY));
    }

    @Test
    @DisplayName("a payload has the bytes that came, but for space around it, and line breaks, which become spaces")
    void keepsThePayloadsBytes() {
        Command.Publish publish = (Command.Publish) read(command(1).setPublish(publish(" {\"é\":\n1} ")));

        assertThat(publish.data().text()).isEqualTo("{\"é\": 1}");
    }

    @Test
    void readsNothingFromNothing() {
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read(new byte[1])).containsExactly(new Command.Pong());
        assertThat(read(new byte[2])).containsExactly(new Command.Pong(), new Command.Pong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{}{}", "1,2", "\u0001", "{\"a\":1,\"a\":2}", "nul", "\"\n\""})
    @DisplayName("data that is not JSON is published as opaque bytes; elsewhere it is refused by name")
    void takesOpaqueBytesInAPublishOnly(String data) {
        assertThat(read(command(1).setPublish(publish(data))))
                .isEqualTo(new Command.Publish(1, "#bob", Payload.opaque(data.getBytes(StandardCharsets.UTF_8))));
        assertThat(read(command(1).setRpc(Protocol.RPCRequest.newBuilder().setData(utf8(data)))))
                .isInstanceOfSatisfying(
                        Command.Invalid.class,
                        invalid -> assertThat(invalid.why()).startsWith("data must be JSON, in Protobuf too: "));
        assertThat(read(command(1)
                        .setConnect(Protocol.ConnectRequest.newBuilder().setData(utf8(data)))))
                .isInstanceOf(Command.Invalid.class);
    }

    @Test
    void rejectsDataThatIsNotUtf8() {
        ByteString half = ByteString.copyFrom(new byte[] {'"', (byte) 0xC3, '"'});

        assertThat(read(command(1).setPublish(publish("1").setData(half))))
                .isEqualTo(new Command.Publish(1, "#bob", Payload.opaque(half.toByteArray())));
        assertThat(read(command(1).setRpc(Protocol.RPCRequest.newBuilder().setData(half))))
                .isEqualTo(new Command.Invalid(1, "data must be JSON, in Protobuf too: not UTF-8"));
    }

    @Test
    @DisplayName("opaque bytes count as the log keeps them: in base64, with quotes and the mark")
    void boundsOpaqueBytes() {
        assertThat(read(command(1).setPublish(publish("x".repeat(72))))).isInstanceOf(Command.Publish.class);
        assertThat(read(command(1).setPublish(publish("x".repeat(73)))))
                .isEqualTo(new Command.Invalid(1, "data is larger than 100 bytes"));
    }

    @Test
    void rejectsDataOverTheLimit() {
        assertThat(read(command(1).setPublish(publish("\"" + "x".repeat(98) + "\""))))
                .isInstanceOf(Command.Publish.class);
        assertThat(read(command(1).setPublish(publish("\"" + "x".repeat(99) + "\""))))
                .isEqualTo(new Command.Invalid(1, "data is larger than 100 bytes"));
    }

    @Test
    void namesWhatIsMissing() {
        assertThat(read(command(1).setPublish(publish("1").clearData())))
                .isEqualTo(new Command.Invalid(1, "data is missing"));
        assertThat(read(command(1).setPublish(publish("1").clearChannel())))
                .isEqualTo(new Command.Invalid(1, "channel is missing"));
        assertThat(read(command(1).setRefresh(Protocol.RefreshRequest.getDefaultInstance())))
                .isEqualTo(new Command.Invalid(1, "token is missing"));
        assertThat(read(command(1).setRpc(Protocol.RPCRequest.newBuilder().setMethod("ack"))))
                .isEqualTo(new Command.Invalid(1, "data is missing"));
    }

    @Test
    void namesWhatIsNotSupported() {
        assertThat(read(command(1)
                        .setHistory(Protocol.HistoryRequest.newBuilder()
                                .setChannel("#bob")
                                .setReverse(true))))
                .isEqualTo(new Command.Invalid(1, "reverse is not supported in history: leave it out"));
        // SubscribeRequest.type = 1, and a publish with PublishRequest.key = 4.
        assertThat(read("0a0801" + "2a06" + "0a0223627801"))
                .isEqualTo(new Command.Invalid(1, "type is not supported in subscribe: leave it out"));
        assertThat(read("0c0801" + "3a08" + "0a022362" + "2202" + "6b6b"))
                .isInstanceOfSatisfying(
                        Command.Invalid.class,
                        invalid -> assertThat(invalid.why()).startsWith("publish has no field key"));
        assertThat(read(command(1).setPresenceStats(Protocol.PresenceStatsRequest.getDefaultInstance())))
                .isEqualTo(new Command.Unknown(1, "presence_stats"));
    }

    @Test
    void acceptsAnUnsupportedFieldThatIsEmpty() {
        assertThat(read("0a0801" + "2a06" + "0a0223627800"))
                .isEqualTo(new Command.Subscribe(1, "#b", Optional.empty(), false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "an unknown method                | 05 0801 f20700 | the command has no method 126",
                "no method                        | 02 0801 | the command names no method",
            })
    void answersUnknownMethods(String what, String hex, String why) {
        assertThat(read(hex.replace(" ", "")))
                .as(what)
                .isInstanceOfSatisfying(
                        Command.Unknown.class,
                        unknown -> assertThat(unknown.why()).startsWith(why));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a length over the frame          | 05 0801 | the length of a message is wrong",
                "a length cut short               | 80 | the length of a message is wrong",
                "a length over 2 GiB              | ffffffff0f 00 | the length of a message is wrong",
                "a length of six bytes            | 808080808000 | the length of a message is wrong",
                "a negative length of a field     | 0c 0801 22 ffffffffffffffffff01 | malformed Protobuf",
                "a field over its message         | 04 0801 2205 | malformed Protobuf",
                "a number cut short               | 02 0880 | malformed Protobuf",
                "a number of eleven bytes         | 0c 08 8080808080808080808001 | malformed Protobuf",
                "a group                          | 03 0801 23 | malformed Protobuf",
                "the field 0                      | 02 0001 | malformed Protobuf",
                "the wire type 7                  | 03 0801 27 | malformed Protobuf",
                "a tag over 32 bits               | 0a 0801 fa ffffffffff01 00 | malformed Protobuf",
                "a malformed message in a command | 05 0801 3a01 80 | malformed Protobuf",
                "an id as bytes                   | 03 0a01 00 | id has the wrong type",
                "two ids                          | 04 0801 0802 | id is given twice",
                "two methods                      | 06 0801 5a00 6200 | two methods in one command",
                "a method twice                   | 06 0801 5a00 5a00 | ping is given twice",
                "no id                            | 02 5a00 | a command without id",
                "an id of 0                       | 02 0800 | a command without id",
                "an id over 32 bits               | 06 08 8080808010 | id must be 0 to 4294967295",
                "a negative id                    | 0b 08 ffffffffffffffffff01 | id must be 0 to 4294967295",
            })
    void rejectsBadFrames(String what, String hex, String why) {
        assertThatThrownBy(() -> read(HexFormat.of().parseHex(hex.replace(" ", ""))))
                .as(what)
                .isInstanceOf(InvalidFrameException.class)
                .hasMessageStartingWith(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a channel as a number            | 06 0801 3202 0805 | channel has the wrong type",
                "a channel twice                  | 0a 0801 3206 0a0161 0a0162 | channel is given twice",
                "a channel that is not UTF-8      | 07 0801 3203 0a01ff | channel is not UTF-8",
                "a fixed number as a token        | 09 0801 7205 0d00000000 | token has the wrong type",
                "an unknown flag                  | 0a 0801 2a06 0a022362 7004 | flag may have",
                "an offset of 2^63                | 15 0801 2a11 0a022362 1801 38 80808080808080808001 | offset is negative",
                "a limit below -1                 | 13 0801 520f 0a022362 38 feffffffffffffffff01 | limit must be",
                "a field beside the method        | 07 0801 5a00 f80701 | the command has no field 127",
            })
    void answersInvalidCommands(String what, String hex, String why) {
        assertThat(read(hex.replace(" ", "")))
                .as(what)
                .isInstanceOfSatisfying(
                        Command.Invalid.class,
                        invalid -> assertThat(invalid.why()).startsWith(why));
    }

    @Test
    void rejectsASubscriptionThatIsNamedTwice() {
        String entry = "1a050a03236162";

        assertThat(read("12" + "0801" + "220e" + entry + entry))
                .isEqualTo(new Command.Invalid(1, "subs names a channel twice"));
    }

    @Test
    void rejectsMoreCommandsThanAFrameMayHave() {
        assertThat(read(new byte[CommandReader.MAX_COMMANDS])).hasSize(CommandReader.MAX_COMMANDS);
        assertThatThrownBy(() -> read(new byte[CommandReader.MAX_COMMANDS + 1]))
                .isInstanceOf(InvalidFrameException.class)
                .hasMessage("more than 512 commands");
    }

    @Test
    @DisplayName("a message of a rejection never quotes a value")
    void quotesNoValue() {
        String secret = "secret".repeat(3);
        Command invalid =
                read(command(1).setRpc(Protocol.RPCRequest.newBuilder().setData(utf8(secret))));

        assertThat(((Command.Invalid) invalid).why()).doesNotContain("secret");
    }

    @Test
    void keepsNoReferenceToTheFrame() {
        byte[] frame = batch(command(1).setPublish(publish("\"abc\"")).build());
        Command.Publish publish = (Command.Publish) read(frame).get(0);

        java.util.Arrays.fill(frame, (byte) 0);

        assertThat(publish.data().toByteArray()).isEqualTo("\"abc\"".getBytes(StandardCharsets.UTF_8));
        assertThat(publish.channel()).isEqualTo("#bob");
    }
}
