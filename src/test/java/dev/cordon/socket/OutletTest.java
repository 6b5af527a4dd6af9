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
    private final Outlet outlet = new Outlet(wire, () -> told.add("lost"));

    @Test
    void completesATextWhenTheWireTookIt() {
        wire.stalled = true;
        outlet.text(frame(1), completion("text"));
        assertThat(told).isEmpty();

        wire.take();

        assertThat(told).containsExactly("text written");
    }

    @Test
    void keepsOnlyTheNewestPongWhileAWriteIsUnderWay() {
        wire.stalled = true;
        outlet.text(frame(1), completion("text"));
        for (int i = 10; i < 20; i++) {
            outlet.pong(frame(i));
        }

        wire.take();

        assertThat(wire.written).containsExactly(bytes(1), bytes(19));
    }

    @Test
    void losesNoTextToAPong() {
        wire.stalled = true;
        outlet.pong(frame(1));
        outlet.text(frame(2), completion("text"));
        outlet.pong(frame(3));

        wire.take();

        assertThat(wire.written).containsExactly(bytes(1), bytes(2), bytes(3));
        assertThat(told).containsExactly("text written");
    }

    @Test
    void writesTheCloseFrameLastAndNothingBehindIt() {
        wire.stalled = true;
        outlet.pong(frame(1));
        outlet.text(frame(2), completion("text"));
        outlet.close(frame(3), () -> told.add("closed"));
        outlet.text(frame(4), completion("late"));
        outlet.pong(frame(5));

        wire.take();

        assertThat(wire.written).containsExactly(bytes(1), bytes(2), bytes(3));
        assertThat(told).containsExactlyInAnyOrder("late failed", "text written", "closed");
    }

    @Test
    void failsWhatIsUnderWayAndWhatWaitsOnceWhenTheWireIsLost() {
        wire.stalled = true;
        outlet.pong(frame(1));
        outlet.text(frame(2), completion("text"));

        outlet.lost(new EOFException());
        wire.take();
        outlet.lost(new EOFException());

        assertThat(told).containsExactly("text failed");
    }

    @Test
    void tellsThatTheWireIsLostWhenAWriteFails() {
        wire.stalled = true;
        outlet.text(frame(1), completion("text"));

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
        return new Outgoing(bytes(), Frame.copyOf(bytes(content)));
    }
}
