package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.payara.Routes.Route;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final String PATH = "/cordon/connection/websocket";
    private static final Route OWN = new Route("gate.example", PATH);

    private final Routes<String> routes = new Routes<>();

    @Test
    void aFloodOfMadeUpNamesStaysWithinTheBound() {
        made(10 * Routes.MAX);

        long known = 0;
        for (int i = 0; i < 10 * Routes.MAX; i++) {
            known += routes.to(madeUp(i)) == null ? 0 : 1;
        }
        assertThat(known).isBetween(1L, (long) Routes.MAX);
    }

    @Test
    void learnsARouteAlthoughMadeUpNamesFillTheTable() {
        made(Routes.MAX);

        routes.learn(OWN, "here");

        assertThat(routes.to(OWN)).isEqualTo("here");
    }

    @Test
    void learningAKnownRouteAgainForgetsNoOther() {
        routes.learn(OWN, "here");
        made(Routes.MAX - 1);

        routes.learn(OWN, "there");

        assertThat(routes.to(OWN)).isEqualTo("there");
        assertThat(routes.to(madeUp(0))).isEqualTo("anywhere");
    }

    @Test
    @DisplayName("S9: a name beyond the bound replaces an unused route, and none that is in use")
    void s9_aRouteInUseIsNotForgotten() {
        routes.learn(OWN, "here");
        assertThat(routes.to(OWN)).isEqualTo("here");

        made(10 * Routes.MAX);

        assertThat(routes.to(OWN)).isEqualTo("here");
    }

    @Test
    void forgetsOneRouteWhenAllAreInUse() {
        made(Routes.MAX);
        for (int i = 0; i < Routes.MAX; i++) {
            assertThat(routes.to(madeUp(i))).isNotNull();
        }

        routes.learn(OWN, "here");

        assertThat(routes.to(OWN)).isEqualTo("here");
        assertThat(IntStream.range(0, Routes.MAX).filter(i -> routes.to(madeUp(i)) != null))
                .hasSize(Routes.MAX - 1);
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
