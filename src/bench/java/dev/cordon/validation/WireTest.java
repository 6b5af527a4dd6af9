package dev.cordon.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.UserId;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireTest {
    private final Ledger ledger = new Ledger();
    private final Wire wire = new Wire(new UserId("user-1"), ledger);

    private static Frame push(String user, long offset) {
        return FrameWriter.push(
                new Publication(Channel.personal(new UserId(user)), offset, Payload.json("{\"offset\":99}")));
    }

    private void write(Frame... frames) {
        wire.write(Frame.join(List.of(frames)), new Transport.Completion() {
            @Override
            public void written() {}

            @Override
            public void failed(Throwable cause) {}
        });
    }

    @Test
    void countsEachMessageOfAFrameAndNoPing() {
        write(push("user-1", 1), FrameWriter.PING, push("user-1", 2));

        assertThat(ledger.received.sum()).isEqualTo(2);
        assertThat(ledger.foreign.sum() + ledger.disorder.sum()).isZero();
    }

    @Test
    void countsMessagesOfAnotherUserAsForeign() {
        write(push("user-1", 1), push("user-11", 1), push("user-2", 1));

        assertThat(ledger.foreign.sum()).isEqualTo(2);
    }

    @Test
    void countsRepeatedAndLateMessagesAsDisorder() {
        write(push("user-1", 2), push("user-1", 2));
        write(push("user-1", 1));

        assertThat(ledger.disorder.sum()).isEqualTo(2);
    }
}
