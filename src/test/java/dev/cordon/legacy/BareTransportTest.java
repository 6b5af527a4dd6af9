package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.FakeTransport;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BareTransportTest {
    private static final Channel ALICE = Channel.personal(new UserId("alice"));

    private final FakeTransport wire = new FakeTransport();
    private final PendingSend send = new PendingSend();
    private int pings;
    private final BareTransport bare = new BareTransport(wire, () -> pings++);

    private static Frame joined(int from, int to) {
        List<Frame> frames = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            frames.add(FrameWriter.push(ALICE, Payload.json("{\"n\":" + i + "}")));
        }
        return Frame.join(frames);
    }

    private boolean ended() {
        return send.succeedsWithin(java.time.Duration.ZERO);
    }

    @Test
    void writesEachPayloadAsOneText() {
        bare.write(joined(1, 3), send);

        assertThat(wire.messages()).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
        assertThat(ended()).isTrue();
    }

    @Test
    void writesOneAtATime() {
        wire.mode(FakeTransport.Mode.HELD);

        bare.write(joined(1, 2), send);

        assertThat(wire.messages()).containsExactly("{\"n\":1}");
        wire.complete();
        assertThat(wire.messages()).hasSize(2);
        assertThat(ended()).isFalse();
        wire.complete();
        assertThat(ended()).isTrue();
        assertThat(wire.overlaps()).isZero();
    }

    @Test
    void writesAsManyAsAFrameHoldsWithoutADeepStack() {
        bare.write(joined(1, 20_000), send);

        assertThat(wire.frames()).hasSize(20_000);
        assertThat(ended()).isTrue();
    }

    @Test
    void endsWithTheFirstFailure() {
        wire.mode(FakeTransport.Mode.FAILING);

        KeptCompletion completion = new KeptCompletion();

        bare.write(joined(1, 3), completion);

        assertThat(wire.frames()).hasSize(1);
        assertThat(completion.ends).containsExactly("peer is gone");
    }

    @Test
    void pingsAsTheWebSocketProtocolDoes() {
        bare.write(FrameWriter.PING, send);

        assertThat(pings).isEqualTo(1);
        assertThat(wire.frames()).isEmpty();
        assertThat(ended()).isTrue();
    }

    @Test
    void closesAndNamesThePeer() {
        bare.close(Disconnect.SLOW);

        assertThat(wire.closedWith()).contains(Disconnect.SLOW);
        assertThat(bare.remoteAddress()).isEqualTo("192.0.2.1");
    }
}
