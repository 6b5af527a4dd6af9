package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.gateway.TestNode;
import dev.cordon.protocol.Encoding;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.glassfish.tyrus.servlet.TyrusHttpUpgradeHandler;
import org.junit.jupiter.api.Test;

class GuardedUpgradeRequestTest {
    private final TestNode node = new TestNode();
    private final GatewaySockets sockets = new GatewaySockets(node.gateway);
    private final List<Class<?>> upgrades = new ArrayList<>();

    /** A handler that is not Tyrus's. */
    public static final class Other implements HttpUpgradeHandler {
        @Override
        public void init(WebConnection connection) {}

        @Override
        public void destroy() {}
    }

    private final GuardedUpgradeRequest request = new GuardedUpgradeRequest(
            (HttpServletRequest) Proxy.newProxyInstance(
                    GuardedUpgradeRequestTest.class.getClassLoader(),
                    new Class<?>[] {HttpServletRequest.class},
                    (self, called, arguments) -> {
                        upgrades.add((Class<?>) arguments[0]);
                        return ((Class<?>) arguments[0]).getConstructor().newInstance();
                    }),
            sockets,
            Encoding.JSON);

    @Test
    void givesTyrusAGuardedHandlerThatIsAbandonedWhenItIsLate() throws IOException, ServletException {
        TyrusHttpUpgradeHandler handler = request.upgrade(TyrusHttpUpgradeHandler.class);

        assertThat(handler).isInstanceOf(GuardedUpgradeHandler.class);
        assertThat(upgrades).containsExactly(GuardedUpgradeHandler.class);
        node.nanos.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(sockets.sweepUpgrades()).isOne();
    }

    @Test
    void leavesOtherUpgradesAsTheyAre() throws IOException, ServletException {
        assertThat(request.upgrade(Other.class)).isInstanceOf(Other.class);
        assertThat(sockets.sweepUpgrades()).isZero();
    }
}
