package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The wire with the container's own engine: the portable fallback ({@code cordon.transport=container}). */
class ContainerWireIT extends WireContract {
    @RegisterExtension
    static final OwnServer SERVER =
            OwnServer.with(Map.of("CORDON_TRANSPORT", "container", "CORDON_COMPRESSION", "true"));

    @Override
    Cordon cordon() {
        return SERVER.cordon();
    }

    @Override
    boolean checksFrames() {
        return !MicroServer.portable();
    }

    /** A5: the container's engine knows nothing of these three, and alone rejects them. */
    @Override
    int answerTo(int closeCode) {
        int unknown = checksFrames() ? 1000 : 1002;
        return closeCode >= 1012 && closeCode <= 1014 ? unknown : closeCode;
    }

    /** A4: the container closes at once. */
    @Override
    boolean lingers() {
        return false;
    }

    @Override
    String log() {
        return SERVER.log();
    }

    @Test
    void theLogSaysThatCompressionIsDeclined() {
        assertThat(log()).contains(", compression declined (cordon.transport=container has none)");
    }
}
