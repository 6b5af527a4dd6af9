package dev.cordon.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.kpi.AlertSettings;
import dev.cordon.kpi.KpiNode;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.TestLimits;
import dev.cordon.manager.TestNode;
import dev.cordon.metric.Metric;
import dev.cordon.protocol.Disconnect;
import dev.cordon.upkeep.Drain;
import dev.cordon.upkeep.LogLines;
import java.lang.management.ManagementFactory;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.LogRecord;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
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
    void passesTheEndOfAUsersConnectionsOnToTheOtherNodes() throws JMException {
        List<DisconnectOrder> orders = new ArrayList<>();
        node.node.factory.carryOrders(orders::add);

        ask("disconnectUser", "alice");

        assertThat(orders).containsExactly(DisconnectOrder.all(TestNode.user("alice"), Disconnect.FORCE_NO_RECONNECT));
    }

    @Test
    void saysThatConnectionsEndedOnThisNodeOnly() {
        var alice = node.node.connect("alice", "a").connection();
        node.node.factory.carryOrders(order -> {
            throw new LogUnavailableException("the database is away");
        });

        assertThatThrownBy(() -> ask("disconnectUser", "alice"))
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("ended on this node only: the database is away");

        assertThat(alice.ending()).contains(Disconnect.FORCE_NO_RECONNECT);
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
    void showsEachLimitUnderItsName() throws JMException {
        node.node.limits = new TestLimits()
                .connections(4)
                .sockets(900)
                .subscriptions(7)
                .queue(50, 60_000)
                .stalled(1_000_000)
                .ping(Duration.ofSeconds(20), Duration.ofSeconds(8))
                .build();

        assertThat(attribute("Limits", "MaxConnectionsPerManager")).isEqualTo(4);
        assertThat(attribute("Limits", "MaxConnections")).isEqualTo(900);
        assertThat(attribute("Limits", "MaxSubscriptions")).isEqualTo(7);
        assertThat(attribute("Limits", "QueueMaxMessages")).isEqualTo(50);
        assertThat(attribute("Limits", "QueueMaxBytes")).isEqualTo(60_000L);
        assertThat(attribute("Limits", "QueueTotalMaxBytes")).isEqualTo(1_000_000L);
        assertThat(attribute("Limits", "ConnectionTimeoutSeconds")).isEqualTo(1_800L);
        assertThat(attribute("Limits", "PingIntervalSeconds")).isEqualTo(20L);
    }

    @Test
    void showsTheAlertsAsOpenData() throws JMException {
        node.alertSettings = new AlertSettings(Map.of("isolation_violations", 0.5), Optional.empty());
        node.node.time.advance(Duration.ofSeconds(5));
        node.node.guard.rejects(TestNode.user("alice"), TestNode.personal("bob"));
        server.invoke(name("Alerts"), "evaluate", new Object[0], new String[0]);

        assertThat((String[]) attribute("Alerts", "Firing")).containsExactly("isolation_violations");
        assertThat((CompositeData[]) attribute("Alerts", "Rules"))
                .filteredOn(rule -> "FIRING".equals(rule.get("state")))
                .singleElement()
                .satisfies(rule -> {
                    assertThat(rule.get("kpi")).isEqualTo("isolation_violations");
                    assertThat(rule.get("value")).isEqualTo(1.0);
                    assertThat(rule.get("threshold")).isEqualTo(0.5);
                    assertThat(rule.get("unit")).isEqualTo("an hour");
                    assertThat(rule.get("since")).isEqualTo("2030-01-01T00:00:05Z");
                    assertThat(rule.get("fired")).isEqualTo(1L);
                    assertThat(rule.get("meaning"))
                            .isEqualTo("A message was about to reach another user and was withheld.");
                    assertThat(rule.get("action"))
                            .isEqualTo("Take the node out, keep its log, and report a security defect.");
                });
        assertThat((String[]) attribute("Alerts", "History"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("2030-01-01T00:00:05Z ALERT isolation_violations is 1, threshold 0.5 an hour."));
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
    void describesEachOperationAndItsParameterByItself() throws JMException {
        MBeanOperationInfo[] operations = server.getMBeanInfo(name("Factory")).getOperations();

        assertThat(operations)
                .extracting(MBeanOperationInfo::getDescription)
                .doesNotHaveDuplicates()
                .hasSize(4);
        assertThat(operations)
                .filteredOn(operation -> operation.getName().equals("reconnectUser"))
                .singleElement()
                .satisfies(operation -> {
                    assertThat(operation.getDescription()).contains("3011");
                    assertThat(operation.getSignature()).singleElement().satisfies(user -> {
                        assertThat(user.getName()).isEqualTo("user");
                        assertThat(user.getDescription()).isEqualTo("the user: the claim sub of its token");
                    });
                });
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

    @Test
    void leavesTheBeansThatAnotherHasRegisteredSince() throws JMException {
        management.unregister();
        Management next = new Management(server);
        register(next);
        try {
            management.unregister();

            assertThat(server.isRegistered(name("Factory"))).isTrue();
        } finally {
            next.unregister();
        }
    }

    @Test
    void logsABeanThatIsGoneAlreadyAndRemovesTheOthers() throws JMException {
        server.unregisterMBean(name("Limits"));

        List<LogRecord> told = LogLines.of(Management.class, management::unregister);

        assertThat(told)
                .extracting(line -> MessageFormat.format(line.getMessage(), line.getParameters()))
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("cordon:type=Limits could not be unregistered"));
        assertThat(server.queryNames(new ObjectName("cordon:*"), null)).isEmpty();
    }
}
