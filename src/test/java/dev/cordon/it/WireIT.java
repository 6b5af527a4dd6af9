package dev.cordon.it;

import java.net.URI;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
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
}
