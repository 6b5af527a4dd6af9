package dev.cordon.socket;

import static dev.cordon.socket.ClientFrames.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Transport.Completion;
import dev.cordon.protocol.Frame;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutletTest {
    private final FakeWire wire = new FakeWire();
    private final List<String> told = new ArrayList<>();
    private final Outlet outlet = new Outlet(wire) {
        @Override
        void lost() {
            told.add("lost");
        }
    };

    @Test
    void completesATextWhenTheWireTookIt() {
        wire.stalled = true;
        outlet.writeText(frame(1), completion("text"));
        assertThat(told).isEmpty();

        wire.take();

        assertThat(told).containsExactly("text written");
    }

    @Test
    void keepsOnlyTheNewestPongWhileAWriteIsUnderWay() {
        wire.stalled = true;
        outlet.writeText(frame(1), completion("text"));
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
        outlet.writeText(frame(2), completion("text"));
        outlet.writePong(frame(3));

        wire.take();

        assertThat(wire.written).containsExactly(frame(1).toBytes(), frame(2).toBytes(), frame(3).toBytes());
        assertThat(told).containsExactly("text written");
    }

    @Test
    void writesTheCloseFrameLastAndNothingBehindIt() {
        wire.stalled = true;
        outlet.writePong(frame(1));
        outlet.writeText(frame(2), completion("text"));
        outlet.writeClose(frame(3), () -> told.add("closed"));
        outlet.writeText(frame(4), completion("late"));
        outlet.writePong(frame(5));

        wire.take();

        assertThat(wire.written).containsExactly(frame(1).toBytes(), frame(2).toBytes(), frame(3).toBytes());
        assertThat(told).containsExactlyInAnyOrder("late failed", "text written", "closed");
    }

    @Test
    void failsWhatIsUnderWayAndWhatWaitsOnceWhenTheWireIsLost() {
        wire.stalled = true;
        outlet.writePong(frame(1));
        outlet.writeText(frame(2), completion("text"));

        outlet.fail(new EOFException());
        wire.take();
        outlet.fail(new EOFException());

        assertThat(told).containsExactly("text failed");
    }

    @Test
    void tellsThatTheWireIsLostWhenAWriteFails() {
        wire.stalled = true;
        outlet.writeText(frame(1), completion("text"));

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

    private static Outgoing frame(int content) {
        return new Outgoing(FrameHeader.TEXT, Frame.copyOf(bytes(content)));
    }
}
