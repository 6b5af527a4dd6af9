package dev.cordon.console;

import dev.cordon.kpi.AlertBoard;
import dev.cordon.kpi.ManagerMetrics;
import dev.cordon.manager.Counters;
import dev.cordon.manager.Limits;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.metric.Metric;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.Drain;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Puts {@code cordon:type=Factory}, {@code Limits} and {@code Alerts} on an MBean server, and takes them off again: one left behind would
 * keep the application's classes after an undeploy. A second Cordon in the same process goes without.
 */
public final class Management {
    private static final System.Logger LOG = System.getLogger(Management.class.getName());

    private final MBeanServer server;
    private final List<ObjectName> registered = new ArrayList<>();

    public Management(MBeanServer server) {
        this.server = server;
    }

    public synchronized void register(
            WebSocketManagerFactory factory,
            Counters counters,
            Cleanup cleanup,
            Drain drain,
            Supplier<Limits> limits,
            AlertBoard board) {
        List<Metric> metrics = new ArrayList<>(ManagerMetrics.of(factory::stats));
        metrics.addAll(counters.metrics().all());
        register(
                "Factory", new FactoryBean(factory, cleanup, drain), FactoryMXBean.class, FactoryBean.METRICS, metrics);
        register("Limits", new LimitsBean(limits), LimitsMXBean.class, LimitsBean.METRICS, metrics);
        register("Alerts", new AlertsBean(board), AlertsMXBean.class, Map.of(), metrics);
    }

    private <T> void register(String type, T bean, Class<T> face, Map<String, String> shown, List<Metric> metrics) {
        try {
            ObjectName name = new ObjectName("cordon:type=" + type);
            server.registerMBean(new DescribedMXBean<>(bean, face, new MetricAttributes(shown, metrics)), name);
            registered.add(name);
        } catch (JMException e) {
            LOG.log(Level.WARNING, "cordon:type={0} cannot be managed by JMX ({1})", type, e.toString());
        }
    }

    /** Removes the beans that this object has registered, and no others. */
    public synchronized void unregister() {
        for (ObjectName name : registered) {
            try {
                server.unregisterMBean(name);
            } catch (JMException e) {
                LOG.log(Level.WARNING, "{0} could not be unregistered ({1})", name, e.toString());
            }
        }
        registered.clear();
    }
}
