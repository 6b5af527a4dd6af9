package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An operator's JMX console at a running server, and what the log said when it started. */
class ManagementIT {
    @Test
    @DisplayName("F46 an operator sees and manages the running server by JMX; its log reports the configuration")
    void anOperatorManagesTheRunningServer() throws Exception {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_ALLOWED_ORIGINS", "*");
        settings.put("CORDON_HISTORY_SZE", "7");
        settings.put("CORDON_METRICS_TOKEN", "a-token-of-prometheus");
        try (MicroServer server = MicroServer.start(settings).ready();
                JMXConnector console = console(server)) {
            MBeanServerConnection beans = console.getMBeanServerConnection();
            ObjectName factory = new ObjectName("cordon:type=Factory");
            Cordon cordon = new Cordon(server.base());
            try (RawSocket alice = RawSocket.connected(cordon, cordon.token("jmx-alice"))) {
                assertThat(beans.getAttribute(factory, "Connections")).isEqualTo(1L);

                Object ended = beans.invoke(
                        factory, "disconnectUser", new Object[] {"jmx-alice"}, new String[] {String.class.getName()});

                assertThat(ended).isEqualTo(1);
                assertThat(alice.closed().code()).isEqualTo(3503);
            }
            assertThat(beans.getAttribute(new ObjectName("cordon:type=Limits"), "MaxManagersPerUser"))
                    .isEqualTo(5);
            assertThat((CompositeData[]) beans.getAttribute(new ObjectName("cordon:type=Alerts"), "Rules"))
                    .isNotEmpty();
            assertThat((String[]) beans.invoke(factory, "runCleanup", new Object[0], new String[0]))
                    .isNotEmpty();
            assertThat(server.log())
                    .containsPattern("Cordon 1\\.0\\.0, commit \\w+, mode production")
                    .contains(", mode production, log memory, cluster off, transport auto, canary on")
                    .containsOnlyOnce("UNSAFE: ")
                    .contains("UNSAFE: cordon.allowed-origins is *")
                    .as("L8: an unknown setting")
                    .containsOnlyOnce(
                            "CORDON_HISTORY_SZE is no setting and has no effect: did you mean CORDON_HISTORY_SIZE?");
            if (!MicroServer.portable()) {
                // Else the server's listeners are unknown, and the figures open (docs/platform.md).
                assertThat(server.log()).contains(server.base() + "  socket ws://127.0.0.1:");
                s8_theMetricsNeedTheToken(cordon);
            }
            s8_nothingOfDevelopmentModeExists(cordon);
        }
    }

    private static void s8_nothingOfDevelopmentModeExists(Cordon cordon) {
        String origin = cordon.base().toString().replaceAll("/$", "");
        URI kill = cordon.base().resolve("dev/kill?node=" + cordon.base().getAuthority());

        assertThat(cordon.get("dev/token?user=ann").statusCode()).isEqualTo(404);
        assertThat(cordon.get("dev/kill").statusCode()).isEqualTo(404);
        assertThat(cordon.send(HttpRequest.newBuilder(kill)
                                .header("Origin", origin)
                                .POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(404);
        assertThat(cordon.get("health/ready").statusCode()).isEqualTo(200);
    }

    private static void s8_theMetricsNeedTheToken(Cordon cordon) {
        for (String path :
                List.of("metrics?scope=application", "metrics", "metrics?scope=base", "openapi", "a/../openapi")) {
            HttpResponse<String> anonymous = cordon.get(path);
            HttpResponse<String> prometheus =
                    cordon.send(HttpRequest.newBuilder(cordon.base().resolve(path))
                            .header("Authorization", "Bearer a-token-of-prometheus"));

            assertThat(anonymous.statusCode()).as("S8 anonymous %s", path).isEqualTo(401);
            assertThat(anonymous.body()).contains("cordon.metrics.token").doesNotContain("cordon_users");
            assertThat(prometheus.statusCode()).as("S8 with the token %s", path).isEqualTo(200);
        }
        assertThat(cordon.get("health/ready").statusCode()).isEqualTo(200);
    }

    @SuppressWarnings("BanJNDI") // the address comes from the process itself
    private static JMXConnector console(MicroServer server) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(server.pid()));
        try {
            return JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        } finally {
            machine.detach();
        }
    }
}
