package dev.cordon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The generated classes of the SDK for Java say what is right. */
class ProtobufTest {
    @Test
    void theConnectIsWhatTheSdkReads() throws IOException {
        String token = "t".repeat(300);

        Protocol.Command command =
                Protocol.Command.parseDelimitedFrom(new ByteArrayInputStream(Protobuf.connect(token)));

        assertThat(command)
                .isEqualTo(Protocol.Command.newBuilder()
                        .setId(1)
                        .setConnect(Protocol.ConnectRequest.newBuilder().setToken(token))
                        .build());
    }

    @Test
    void findsTheOwnerOfAPushOfAnyLength() {
        for (int size : new int[] {1, 100, 200, 20_000}) {
            byte[] push = push("#ann", size);

            int at = Way.PROTOBUF.owner(push, 0, push.length);

            assertThat(Text.startsWith(push, at, push.length, Way.PROTOBUF.owner("ann")))
                    .isTrue();
        }
    }

    @Test
    void aPushOfAnotherUserIsNotTheOwners() {
        for (String channel : new String[] {"#anna", "#an", "#bob", "#ann2"}) {
            byte[] push = push(channel, 10);

            int at = Way.PROTOBUF.owner(push, 0, push.length);

            assertThat(Text.startsWith(push, at, push.length, Way.PROTOBUF.owner("ann")))
                    .isFalse();
        }
    }

    @Test
    void aReplyAndAPushToATopicAreNoPushesToAUser() {
        byte[] reply = Protocol.Reply.newBuilder()
                .setId(7)
                .setRpc(Protocol.RPCResult.newBuilder().setData(ByteString.copyFromUtf8("\"#ann\"")))
                .build()
                .toByteArray();
        byte[] topic = push("console#ann", 10);

        assertThat(Way.PROTOBUF.owner(reply, 0, reply.length)).isEqualTo(-1);
        assertThat(Way.PROTOBUF.owner(topic, 0, topic.length)).isEqualTo(-1);
    }

    @Test
    void readsLengthsOfEachSize() throws IOException {
        for (int value : new int[] {0, 1, 127, 128, 16_383, 16_384, 5_000_000, Integer.MAX_VALUE}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            CodedOutputStream varint = CodedOutputStream.newInstance(out);
            varint.writeUInt32NoTag(value);
            varint.flush();
            byte[] bytes = out.toByteArray();

            assertThat(Protobuf.varint(bytes, 0, bytes.length)).isEqualTo(value);
            assertThat(Protobuf.behindVarint(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        }
    }

    /** Each cut reads within its bounds. */
    @Test
    void readsNothingBehindAPushThatIsCutShort() {
        byte[] push = push("#ann", 200);
        for (int to = 0; to < push.length; to++) {
            assertThat(Protobuf.channel(push, 0, to)).isLessThan(Math.max(to, 1));
        }
    }

    static byte[] push(String channel, int size) {
        return Protocol.Reply.newBuilder()
                .setPush(Protocol.Push.newBuilder()
                        .setChannel(channel)
                        .setPub(Protocol.Publication.newBuilder()
                                .setOffset(3)
                                .setData(ByteString.copyFromUtf8("{\"t\":42,\"p\":\"" + "x".repeat(size) + "\"}"))))
                .build()
                .toByteArray();
    }
}
