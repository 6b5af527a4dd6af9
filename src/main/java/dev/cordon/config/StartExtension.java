package dev.cordon.config;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;

/**
 * A CDI extension that has the server answer requests with 503 until the application serves (ADR 0019). No other code
 * of an application runs that early.
 */
public class StartExtension implements Extension {
    void first(@Observes BeforeBeanDiscovery event) {
        Platform.ofThisServer().answerUntilServing();
    }
}
