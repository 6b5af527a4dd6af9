package dev.cordon.websocket;

import static dev.cordon.websocket.ClientFrames.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Frame;
import dev.cordon.websocket.Wire.Completion;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
    private final FakeWire wire = new FakeWire();
    private final List<String> told = new ArrayList<>();
    private final FrameQueue outlet = new FrameQueue(wire, () -> told.add("lost"));

    @Test
    void completesATextOnceTheWireHasWrittenIt() {
        wire.stalled = true;
        outlet.writeMessage(frame(1), completion("text"));
        assertThat(told).isEmpty();

        wire.take();

        assertThat(told).containsExactly("text written");
    }

    @Test
    void keepsOnlyTheNewestPongWhileAWriteIsUnderWay() {
        wire.stalled = true;
        outlet.writeMessage(frame(1), completion("text"));
        for (int i = 10; i < 20; i++) {
            outlet.writePong(frame(i));
        }

        wire.take();

        assertThat(wire.written).containsExactly(frame(1).toBytes(), frame(19).toBytes());
    }

    @Test
    void losesNoTextToAPong() {
        wire.stalled = true;
        outlet.writePong(frame(1));
        outlet.writeMessage(frame(2), completion("text"));
        outlet.writePong(frame(3));

        wire.take();

        assertThat(wire.written).containsExactly(frame(1).toBytes(), frame(2).toBytes(), frame(3).toBytes());
        assertThat(told).containsExactly("text written");
    }

    @Test
    void writesTheCloseFrameLastAndNothingBehindIt() {
        wire.stalled = true;
        outlet.writePong(frame(1));
        outlet.writeMessage(frame(2), completion("text"));
        outlet.writeClose(frame(3), () -> told.add("closed"));
        outlet.writeMessage(frame(4), completion("late"));
        outlet.writePong(frame(5));

        wire.take();

        assertThat(wire.written).containsExactly(frame(1).toBytes(), frame(2).toBytes(), frame(3).toBytes());
        assertThat(told).containsExactlyInAnyOrder("late failed", "text written", "closed");
    }

    @Test
    void failsAWaitingTextOnceWhenTheWireIsLost() {
        wire.stalled = true;
        outlet.writePong(frame(1));
        outlet.writeMessage(frame(2), completion("text"));

        outlet.fail(new EOFException());
        wire.take();
        outlet.fail(new EOFException());

        assertThat(told).containsExactly("text failed");
    }

    @Test
    void reportsALostWireOnce() {
        wire.stalled = true;
        outlet.writeMessage(frame(1), completion("text"));
        outlet.fail(new EOFException());

        wire.fail();

        assertThat(told).containsExactly("text failed");
    }

    @Test
    void reportsALostWireWhenAWriteFails() {
        wire.stalled = true;
        outlet.writeMessage(frame(1), completion("text"));

        wire.fail();

        assertThat(told).containsExactly("text failed", "lost");
    }

    private Completion completion(String name) {
        return new Completion() {
            @Override
            public void written() {
                told.add(name + " written");
            }

            @Override
            public void failed(Throwable cause) {
                told.add(name + " failed");
            }
        };
    }

    private static ServerFrame frame(int content) {
        return new ServerFrame(FrameHeader.TEXT, Frame.copyOf(bytes(content)));
    }
}
