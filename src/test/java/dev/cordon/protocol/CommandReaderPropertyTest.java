package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.Json;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CommandReaderPropertyTest {
    private static final String PUBLISH = "{\"id\":9,\"publish\":{\"channel\":\"#bob\",\"data\":%s}}";

    private final CommandReader reader = new CommandReader(64 * 1024);

    @Property(tries = 3_000)
    @Label("F26 any bytes are read or rejected as a bad frame, and nothing else happens")
    void readsOrRejectsAnyBytes(@ForAll @Size(max = 40) byte[] frame) {
        readOrReject(frame);
    }

    @Property(tries = 5_000)
    @Label("F26 any text that looks like commands is read or rejected as a bad frame")
    void readsOrRejectsWhatLooksLikeCommands(@ForAll("shreds") String frame) {
        readOrReject(frame.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 3_000)
    @Label("F26 a command with a byte changed is read or rejected as a bad frame")
    void readsOrRejectsADamagedCommand(
            @ForAll("commands") String command, @ForAll @IntRange(max = 10_000) int at, @ForAll byte value) {
        byte[] frame = command.getBytes(StandardCharsets.UTF_8);
        frame[at % frame.length] = value;

        readOrReject(frame);
    }

    @Property(tries = 1_000)
    @Label("F26 a command cut short is rejected")
    void rejectsACommandCutShort(@ForAll("commands") String command, @ForAll @IntRange(max = 10_000) int at) {
        byte[] frame = command.getBytes(StandardCharsets.UTF_8);
        int end = 1 + at % (frame.length - 1);

        assertThat(readOrReject(java.util.Arrays.copyOf(frame, end))).isFalse();
    }

    @Property(tries = 2_000)
    @Label("F23 F26 a payload comes out as the bytes that came in, whatever stands around it")
    void keepsThePayloadsBytes(
            @ForAll("payloads") String json, @ForAll("space") String before, @ForAll("space") String after) {
        Payload expected = Payload.json(json);
        String publish = PUBLISH.formatted(before + json + after);
        String rpc = "{\"rpc\":{\"data\":" + before + json + after + ",\"method\":\"écho\"},\"id\":1}";
        String send = before + "{" + before + "\"send\" :{\"data\":" + after + json + before + "}" + after + "}";

        List<Command> commands = reader.read(publish + "\n" + rpc + "\n" + send);

        assertThat(commands)
                .containsExactly(
                        new Command.Publish(9, "#bob", expected),
                        new Command.Rpc(1, "écho", expected),
                        new Command.Send(expected));
        assertThat(((Command.Publish) commands.get(0)).data().toByteArray())
                .isEqualTo(json.getBytes(StandardCharsets.UTF_8));
    }

    @Example
    @Label("F23 a line break anywhere between the tokens of a payload becomes a space")
    void keepsAPayloadOnOneLineWhereverItBreaks() {
        List<String> tokens = List.of(
                "{", "'a'", ":", "[", "1", ",", "{", "}", "]", ",", "'b'", ":", "{", "'c'", ":", "null", "}", "}");
        for (int at = 1; at < tokens.size(); at++) {
            for (String space : List.of("\n", "\r", " \r\n", "\n ", "\r\n\t")) {
                String start = String.join("", tokens.subList(0, at)).replace('\'', '"');
                String rest = String.join("", tokens.subList(at, tokens.size())).replace('\'', '"');
                String json = start + space + rest;
                String publish = PUBLISH.formatted(json);

                List<Command> commands =
                        reader.read(PUBLISH.formatted("1") + "\n" + publish + "\n{\"send\":{\"data\":" + json + "}}");

                String line = start + space.replace('\n', ' ').replace('\r', ' ') + rest;
                assertThat(((Command.Publish) commands.get(1)).data().text()).isEqualTo(line);
                assertThat(((Command.Send) commands.get(2)).data().text()).isEqualTo(line);
                JsonFields document = JsonFields.read(("{\"within\":{\"data\":" + json + "},\"data\":" + json + "}")
                        .getBytes(StandardCharsets.UTF_8));
                assertThat(document.raw("data"))
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(line);
                JsonFields many = JsonFields.read(
                        ("{\"all\":[{\"data\":1},{\"data\":" + json + "}]}").getBytes(StandardCharsets.UTF_8));
                assertThat(many.objects("all", 2).orElseThrow().get(1).raw("data"))
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(line);
                assertThat(document.object("within").orElseThrow().raw("data"))
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(line);
            }
        }
    }

    @Property(tries = 1_000)
    @Label("F23 a push has the payload as its publisher wrote it")
    void carriesAPayloadThroughToThePush(@ForAll("payloads") String json) {
        Command.Publish publish =
                (Command.Publish) reader.read(PUBLISH.formatted(json)).get(0);

        Frame push = FrameWriter.push(new Publication(Channel.parse(publish.channel()), 3, publish.data()));

        assertThat(push.text())
                .isEqualTo("{\"push\":{\"channel\":\"#bob\",\"pub\":{\"offset\":3,\"data\":" + json + "}}}");
    }

    @Property
    void readsAnyJsonStringAsItsText(@ForAll("strings") String quoted) {
        Command read = reader.read("{\"id\":1,\"publish\":{\"data\":0,\"channel\":" + quoted + "}}")
                .get(0);

        Object text = Json.parse(quoted);
        if (Utf8.wellFormed(String.valueOf(text))) {
            assertThat(((Command.Publish) read).channel()).isEqualTo(text);
        } else {
            assertThat(read).isInstanceOf(Command.Invalid.class);
        }
    }

    /** True when it was read; every exception but the one for bad frames comes through. */
    private boolean readOrReject(byte[] frame) {
        try {
            for (Command command : reader.read(frame)) {
                assertThat(command.id()).isBetween(0L, CommandReader.MAX_ID);
            }
            return true;
        } catch (InvalidJsonException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    @Provide
    Arbitrary<String> payloads() {
        return Json.anyValue();
    }

    @Provide
    Arbitrary<String> strings() {
        return Json.anyString();
    }

    @Provide
    Arbitrary<String> space() {
        return Arbitraries.strings().withChars(" \t\n\r").ofMaxLength(3);
    }

    @Provide
    Arbitrary<String> commands() {
        return Combinators.combine(
                        Arbitraries.of(
                                PUBLISH,
                                "{\"id\":5,\"rpc\":{\"method\":\"echo\",\"data\":%s}}",
                                "{\"send\":{\"data\":%s}}",
                                "{\"id\":1,\"connect\":{\"token\":\"t\",\"data\":%s,\"subs\":{\"#a\":{\"recover\":true,\"offset\":6,"
                                        + "\"epoch\":\"e\"}}}}",
                                "{\"id\":7,\"history\":{\"channel\":\"#42\",\"limit\":10,\"since\":{\"offset\":3,\"epoch\":%s}}}"),
                        Json.anyValue())
                .as(String::formatted);
    }

    @Provide
    Arbitrary<String> shreds() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "{}",
                        "[",
                        "]",
                        ",",
                        ":",
                        "\n",
                        " ",
                        "\"",
                        "\\",
                        "\"id\":1",
                        "\"id\"",
                        "0",
                        "-1",
                        "1e9",
                        "\"publish\":",
                        "\"connect\":",
                        "\"subs\":",
                        "\"rpc\":",
                        "\"send\":",
                        "\"data\":",
                        "\"channel\":",
                        "\"history\":",
                        "\"since\":",
                        "\"offset\":",
                        "\"#a\"",
                        "\"t#b\"",
                        "true",
                        "null",
                        "\u0000",
                        "\uFEFF",
                        "é",
                        "\uD83D\uDE00",
                        "\uD83D")
                .list()
                .ofMaxSize(25)
                .map(all -> String.join("", all));
    }
}
