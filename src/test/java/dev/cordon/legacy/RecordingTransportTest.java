package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.FakeTransport;
import dev.cordon.protocol.Frame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingTransportTest {
    private final FakeTransport wire = new FakeTransport();
    private final List<String> written = new ArrayList<>();
    private final KeptCompletion completion = new KeptCompletion();
    private final RecordingTransport recording =
            new RecordingTransport(wire, frame -> List.of(frame.text()), written::add, () -> {});

    @Test
    void tellsOfAPayloadOnceItIsWritten() {
        wire.mode(FakeTransport.Mode.HELD);

        recording.write(Frame.of("1"), completion);

        assertThat(written).isEmpty();
        assertThat(wire.complete()).isTrue();
        assertThat(written).containsExactly("1");
        assertThat(completion.ends).containsExactly("written");
    }

    @Test
    void passesAFailureOnAndTellsOfNothing() {
        wire.mode(FakeTransport.Mode.FAILING);

        recording.write(Frame.of("1"), completion);

        assertThat(completion.ends).containsExactly("peer is gone");
        assertThat(written).isEmpty();
    }
}
