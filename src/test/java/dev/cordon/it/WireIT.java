package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The wire as it is by default. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class WireIT extends WireContract {
    @ArquillianResource
    private URI shared;

    @Override
    Cordon cordon() {
        return Cordon.at(shared);
    }

    @Test
    void theContainerIsSparedTheHandshakesOnARouteThatItHasLedHereBefore() {
        assertServes();
        double before = cordon().metric("cordon_handshakes_total", "way=\"shortcut\"");

        assertServes();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(cordon().metric("cordon_handshakes_total", "way=\"shortcut\""))
                        .isGreaterThan(before));
    }
}
