package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The walk of a message, from a back end to a browser, on the real server. */
@ExtendWith(ArquillianExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
@RunAsClient
class WalkIT {
    @ArquillianResource
    private URI shared;

    @Test
    void aPublicationReachesItsUserAndNoOther() {
        Cordon cordon = Cordon.at(shared);
        try (RawSocket alice = RawSocket.connected(cordon, cordon.token("walk-alice"));
                RawSocket bob = RawSocket.connected(cordon, cordon.token("walk-bob"));
                RawSocket backEnd = RawSocket.connected(cordon, cordon.token("walk-service", "publisher"))) {
            backEnd.send("{\"id\":2,\"publish\":{\"channel\":\"#walk-bob\",\"data\":{\"n\":1}}}");

            assertThat(backEnd.next()).isEqualTo("{\"id\":2,\"publish\":{}}");
            assertThat(bob.next())
                    .matches(
                            "\\{\"push\":\\{\"channel\":\"#walk-bob\",\"pub\":\\{\"offset\":\\d+,\"data\":\\{\"n\":1}}}}");
            alice.send("{\"id\":3,\"rpc\":{\"method\":\"echo\",\"data\":3}}");
            assertThat(alice.next()).isEqualTo("{\"id\":3,\"rpc\":{\"data\":3}}");
        }
    }
}
