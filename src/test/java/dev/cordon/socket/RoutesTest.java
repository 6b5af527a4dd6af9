package dev.cordon.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.socket.Routes.Route;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final String PATH = "/cordon/connection/websocket";
    private static final Route OWN = new Route("gate.example", PATH);

    private final Routes<String> routes = new Routes<>();

    @Test
    void whoMakesNamesUpFillsNoMemory() {
        made(10 * Routes.MAX);

        long known = 0;
        for (int i = 0; i < 10 * Routes.MAX; i++) {
            known += routes.to(madeUp(i)) == null ? 0 : 1;
        }
        assertThat(known).isBetween(1L, (long) Routes.MAX);
    }

    @Test
    void whoMakesNamesUpKeepsNoOtherFromBeingLearnedAgain() {
        made(Routes.MAX);

        routes.learn(OWN, "here");

        assertThat(routes.to(OWN)).isEqualTo("here");
    }

    @Test
    void whatIsKnownMayBeLearnedAgainWithNothingForgotten() {
        routes.learn(OWN, "here");
        made(Routes.MAX - 1);

        routes.learn(OWN, "there");

        assertThat(routes.to(OWN)).isEqualTo("there");
        assertThat(routes.to(madeUp(0))).isEqualTo("anywhere");
    }

    private void made(int names) {
        for (int i = 0; i < names; i++) {
            routes.learn(madeUp(i), "anywhere");
        }
    }

    private static Route madeUp(int number) {
        return new Route("host" + number, PATH);
    }
}
