package dev.cordon.websocket;

import static dev.cordon.websocket.ClientFrames.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Frame;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ServerFramesTest {
    @Test
    void writesTheShortestHeaderForEachLength() {
        assertThat(header(0, 2)).isEqualTo(bytes(0x81, 0));
        assertThat(header(125, 2)).isEqualTo(bytes(0x81, 125));
        assertThat(header(126, 4)).isEqualTo(bytes(0x81, 126, 0, 126));
        assertThat(header(65_535, 4)).isEqualTo(bytes(0x81, 126, 0xFF, 0xFF));
        assertThat(header(65_536, 10)).isEqualTo(bytes(0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void putsThePayloadBehindTheHeader() {
        assertThat(ServerFrames.message(Frame.of("{}")).toBytes()).isEqualTo(bytes(0x81, 2, '{', '}'));
        assertThat(ServerFrames.pong(bytes(1, 2)).toBytes()).isEqualTo(bytes(0x8A, 2, 1, 2));
        assertThat(ServerFrames.close(3001, "bye").toBytes()).isEqualTo(bytes(0x88, 5, 0x0B, 0xB9, 'b', 'y', 'e'));
    }

    private static byte[] header(int payload, int size) {
        byte[] frame = ServerFrames.message(Frame.of("x".repeat(payload))).toBytes();
        assertThat(frame).hasSize(size + payload);
        return Arrays.copyOf(frame, size);
    }
}
