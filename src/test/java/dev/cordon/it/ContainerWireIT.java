package dev.cordon.it;

import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The wire with the container's own engine: the portable fallback ({@code cordon.transport=container}). */
class ContainerWireIT extends WireContract {
    @RegisterExtension
    static final OwnServer SERVER = OwnServer.with(Map.of("CORDON_TRANSPORT", "container"));

    @Override
    Cordon cordon() {
        return SERVER.cordon();
    }

    /** A5: the container's engine knows nothing of these three. */
    @Override
    int answerTo(int closeCode) {
        return closeCode >= 1012 && closeCode <= 1014 ? 1000 : closeCode;
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
}
