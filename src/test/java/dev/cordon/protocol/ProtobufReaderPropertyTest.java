package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever a peer sends, a frame is read or rejected. What is read means the same to the SDK's own library. */
class ProtobufReaderPropertyTest {
    private final ProtobufReader reader = new ProtobufReader(64 * 1024, true, line -> {});

    @Property(tries = 5_000)
    @Label("F26 any bytes are read or rejected as a bad frame, and nothing else happens")
    void readsOrRejectsAnyBytes(@ForAll @Size(max = 60) byte[] frame) {
        readOrReject(frame);
    }

    @Property(tries = 10_000)
    @Label("F26 any bytes in the place of a command are read or rejected")
    void readsOrRejectsAnyCommand(@ForAll("shreds") byte[] command) {
        byte[] frame = new byte[command.length + 1];
        frame[0] = (byte) command.length;
        System.arraycopy(command, 0, frame, 1, command.length);

        readOrReject(frame);
    }

    @Property(tries = 5_000)
    @Label("F26 a command with a byte changed is read or rejected")
    void readsOrRejectsADamagedCommand(
            @ForAll("commands") Protocol.Command command, @ForAll @IntRange(max = 10_000) int at, @ForAll byte value)
            throws IOException {
        byte[] frame = delimited(command);
        frame[at % frame.length] = value;

        readOrReject(frame);
    }

    @Property(tries = 1_000)
    @Label("F26 a command cut short is rejected")
    void rejectsACommandCutShort(@ForAll("commands") Protocol.Command command, @ForAll @IntRange(max = 10_000) int at)
            throws IOException {
        byte[] frame = delimited(command);

        assertThat(readOrReject(Arrays.copyOf(frame, 1 + at % (frame.length - 1))))
                .isFalse();
    }

    @Property(tries = 3_000)
    @Label("what is read as a command is one for the SDK's library too, with the same id")
    void readsNothingThatTheLibraryRejects(@ForAll("shreds") byte[] command) throws IOException {
        byte[] frame = new byte[command.length + 1];
        frame[0] = (byte) command.length;
        System.arraycopy(command, 0, frame, 1, command.length);
        Command read;
        try {
            read = reader.read(frame, 0, frame.length).get(0);
        } catch (InvalidFrameException e) {
            return;
        }
        if (!(read instanceof Command.Invalid)) {
            try {
                long id = Protocol.Command.parseFrom(CodedInputStream.newInstance(command))
                                .getId()
                        & CommandReader.MAX_ID;
                assertThat(read.id()).isIn(id, 0L);
            } catch (InvalidProtocolBufferException e) {
                // A message of a field that is ignored is not looked into.
                assertThat(read).isInstanceOfAny(Command.Connect.class, Command.Subscribe.class, Command.Unknown.class);
            }
        }
    }

    @Provide
    Arbitrary<byte[]> shreds() {
        Arbitrary<byte[]> shred = Arbitraries.of(
                        "\u0008\u0001",
                        "\"\u0000",
                        "\"\u0002",
                        "*\u0004",
                        ":\u0005",
                        "\n\u0002#b",
                        "\u0012\u0001" + "1",
                        "R\u0002",
                        "j\u0003",
                        "r\u0002",
                        "Z\u0000",
                        "\u001a\u0004",
                        "0\u0001",
                        "x\u0001",
                        "\u000f",
                        "\u0080")
                .map(text -> text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        return shred.list().ofMinSize(1).ofMaxSize(12).map(parts -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            parts.forEach(all::writeBytes);
            return all.toByteArray();
        });
    }

    @Provide
    Arbitrary<Protocol.Command> commands() {
        Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(12);
        Arbitrary<ByteString> data =
                Arbitraries.of("1", "{}", "{\"a\":[1]}", "\"é\"").map(ByteString::copyFromUtf8);
        Arbitrary<Integer> ids = Arbitraries.integers().filter(id -> id != 0);
        return Combinators.combine(ids, texts, data, Arbitraries.integers().between(0, 5))
                .as((id, text, payload, kind) -> {
                    Protocol.Command.Builder command =
                            Protocol.Command.newBuilder().setId(id);
                    switch (kind) {
                        case 0 ->
                            command.setConnect(Protocol.ConnectRequest.newBuilder()
                                    .setToken(text)
                                    .setData(payload)
                                    .putSubs(
                                            text,
                                            Protocol.SubscribeRequest.newBuilder()
                                                    .setRecover(true)
                                                    .setOffset(id)
                                                    .build()));
                        case 1 ->
                            command.setPublish(Protocol.PublishRequest.newBuilder()
                                    .setChannel(text)
                                    .setData(payload));
                        case 2 ->
                            command.setRpc(Protocol.RPCRequest.newBuilder()
                                    .setMethod(text)
                                    .setData(payload));
                        case 3 ->
                            command.setHistory(Protocol.HistoryRequest.newBuilder()
                                    .setChannel(text)
                                    .setLimit(id)
                                    .setSince(
                                            Protocol.StreamPosition.newBuilder().setEpoch(text)));
                        case 4 ->
                            command.setSubscribe(Protocol.SubscribeRequest.newBuilder()
                                    .setChannel(text)
                                    .setEpoch(text));
                        default -> command.setPing(Protocol.PingRequest.getDefaultInstance());
                    }
                    return command.build();
                });
    }

    private static byte[] delimited(Protocol.Command command) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        command.writeDelimitedTo(bytes);
        return bytes.toByteArray();
    }

    /** True when it was read; every exception but the one for bad frames comes through. */
    private boolean readOrReject(byte[] frame) {
        try {
            for (Command command : reader.read(frame, 0, frame.length)) {
                assertThat(command.id()).isBetween(0L, CommandReader.MAX_ID);
            }
            return true;
        } catch (InvalidFrameException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }
}
