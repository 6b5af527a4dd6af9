package dev.cordon.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.kpi.KpiNode;
import dev.cordon.manager.TestLimits;
import dev.cordon.manager.TestNode;
import dev.cordon.metric.Metric;
import dev.cordon.protocol.Disconnect;
import dev.cordon.upkeep.Drain;
import dev.cordon.upkeep.LogLines;
import java.lang.management.ManagementFactory;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.LogRecord;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.SimpleType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final KpiNode node = new KpiNode();
    private final Management management = new Management(server);

    @BeforeEach
    void register() {
        register(management);
    }

    private void register(Management into) {
        into.register(
                node.node.factory,
                node.node.counters,
                node.cleanup,
                new Drain(node.node.factory, () -> Duration.ofMillis(1), step -> {}),
                node.node::limits,
                node.board);
    }

    @AfterEach
    void unregister() {
        management.unregister();
    }

    private static ObjectName name(String type) throws JMException {
        return new ObjectName("cordon:type=" + type);
    }

    private Object attribute(String type, String attribute) throws JMException {
        return server.getAttribute(name(type), attribute);
    }

    private Object ask(String operation, String... arguments) throws JMException {
        String[] types =
                Arrays.stream(arguments).map(a -> String.class.getName()).toArray(String[]::new);
        return server.invoke(name("Factory"), operation, (Object[]) arguments, types);
    }

    @Test
    void showsTheNumbersOfUsersAndManagers() throws JMException {
        node.node.connect("alice", "a");
        node.node.connect("alice", "b");

        assertThat(attribute("Factory", "Users")).isEqualTo(1L);
        assertThat(attribute("Factory", "Managers")).isEqualTo(2L);
        assertThat(attribute("Factory", "ManagersCreated")).isEqualTo(2L);
        assertThat(attribute("Factory", "Accepting")).isEqualTo(true);
    }

    @Test
    void endsTheConnectionsOfOneUserOnly() throws JMException {
        var alice = node.node.connect("alice", "a").connection();
        var bob = node.node.connect("bob", "a").connection();

        assertThat(ask("disconnectUser", "alice")).isEqualTo(1);

        assertThat(alice.ending()).contains(Disconnect.FORCE_NO_RECONNECT);
        assertThat(bob.ending()).isEmpty();
        assertThat(ask("reconnectUser", "bob")).isEqualTo(1);
        assertThat(bob.ending()).contains(Disconnect.FORCE_RECONNECT);
    }

    @Test
    void runsTheCleanupAndDrainsOnRequest() throws JMException {
        node.node.publish("alice");
        node.node.time.advance(Duration.ofMinutes(11));
        node.node.connect("bob", "a");

        assertThat((String[]) ask("runCleanup")).anyMatch(line -> line.startsWith("stale-channels: found "));
        ask("drain");

        assertThat(node.cleanup.runs()).isEqualTo(1);
        assertThat(attribute("Factory", "Accepting")).isEqualTo(false);
        assertThat(attribute("Factory", "Connections")).isEqualTo(0L);
    }

    @Test
    @DisplayName("O2: each action over JMX is logged with its user")
    void o2_logsEachActionWithItsUser() {
        List<LogRecord> told = LogLines.of(FactoryBean.class, () -> {
            asked("disconnectUser", "alice");
            asked("reconnectUser", "b\u2029ob");
            asked("runCleanup");
            asked("drain");
        });

        assertThat(told)
                .extracting(line -> MessageFormat.format(line.getMessage(), line.getParameters()))
                .containsExactly(
                        "Over JMX an operator ended 0 connections of user \"alice\" with 3503",
                        "Over JMX an operator ended 0 connections of user \"b\\u2029ob\" with "
                                + Disconnect.FORCE_RECONNECT.code(),
                        "Over JMX an operator runs the cleanup",
                        "Over JMX an operator drains this node");
    }

    private void asked(String operation, String... arguments) {
        try {
            ask(operation, arguments);
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void showsTheCurrentLimits() throws JMException {
        assertThat(attribute("Limits", "MaxManagersPerUser")).isEqualTo(5);

        node.node.limits = new TestLimits().managers(3).build();

        assertThat(attribute("Limits", "MaxManagersPerUser")).isEqualTo(3);
        assertThat(attribute("Limits", "LimitPolicy")).isEqualTo("reject");
    }

    @Test
    void showsTheAlertsAsOpenData() throws JMException {
        node.node.guard.rejects(TestNode.user("alice"), TestNode.personal("bob"));
        server.invoke(name("Alerts"), "evaluate", new Object[0], new String[0]);

        assertThat((String[]) attribute("Alerts", "Firing")).containsExactly("isolation_violations");
        assertThat((CompositeData[]) attribute("Alerts", "Rules"))
                .filteredOn(rule -> "FIRING".equals(rule.get("state")))
                .singleElement()
                .satisfies(rule -> assertThat(rule.get("value")).isEqualTo(1.0));
        assertThat((String[]) attribute("Alerts", "History")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Factory", "Limits", "Alerts"})
    void describesEachBeanAttributeAndOperation(String type) throws JMException {
        MBeanInfo info = server.getMBeanInfo(name(type));

        assertThat(info.getDescription()).contains(" ");
        assertThat(info.getAttributes())
                .allSatisfy(each -> assertThat(each.getDescription()).endsWith("."));
        assertThat(info.getOperations())
                .allSatisfy(each -> assertThat(each.getDescription()).endsWith("."));
    }

    @Test
    void showsMetricsAsAttributes() throws JMException {
        assertThat(numbers("Factory"))
                .containsExactlyInAnyOrder(
                        "Users",
                        "Managers",
                        "Connections",
                        "Opening",
                        "QueuedMessages",
                        "QueuedBytes",
                        "ManagersCreated",
                        "ManagersReleased",
                        "Delivered");
        assertThat(numbers("Limits")).contains("LimitHits", "ProvenDead", "Evicted");
        Metric hits = node.node.counters.metrics().all().stream()
                .filter(metric -> metric.name().equals("cordon_limit_hits_total"))
                .findFirst()
                .orElseThrow();
        assertThat(server.getMBeanInfo(name("Limits")).getAttributes())
                .filteredOn(attribute -> attribute.getName().equals("LimitHits"))
                .allMatch(attribute ->
                        attribute.getDescriptor().getFieldValue("openType").equals(SimpleType.LONG))
                .extracting(MBeanAttributeInfo::getDescription)
                .containsExactly(hits.meaning());
    }

    private List<String> numbers(String type) throws JMException {
        return Arrays.stream(server.getMBeanInfo(name(type)).getAttributes())
                .filter(attribute -> attribute.getType().equals("long"))
                .map(MBeanAttributeInfo::getName)
                .toList();
    }

    @Test
    void readsManyAttributesAtOnceAndLeavesOutUnknownOnes() throws JMException {
        node.node.connect("alice", "a");

        AttributeList values = server.getAttributes(name("Factory"), new String[] {"Users", "Accepting", "Nothing"});

        assertThat(values.asList()).containsExactly(new Attribute("Users", 1L), new Attribute("Accepting", true));
        assertThatThrownBy(() -> attribute("Factory", "Nothing")).isInstanceOf(AttributeNotFoundException.class);
    }

    @Test
    void rejectsAnAttributeOfAnUnknownMetric() {
        assertThatThrownBy(() -> new MetricAttributes(Map.of("Users", "cordon_usres"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cordon_usres");
    }

    @Test
    void unregistersItsOwnBeansOnly() throws JMException {
        Management second = new Management(server);
        register(second);
        second.unregister();
        assertThat(server.isRegistered(name("Factory"))).as("the first one's").isTrue();

        management.unregister();

        assertThat(server.queryNames(new ObjectName("cordon:*"), null)).isEmpty();
    }
}
