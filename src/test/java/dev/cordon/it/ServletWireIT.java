package dev.cordon.it;

import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The wire through Servlet's streams ({@code cordon.transport=servlet}), as with TLS. */
class ServletWireIT extends WireContract {
    @RegisterExtension
    static final OwnServer SERVER = OwnServer.with(Map.of("CORDON_TRANSPORT", "servlet"));

    @Override
    Cordon cordon() {
        return SERVER.cordon();
    }

    @Override
    String log() {
        return SERVER.log();
    }
}
