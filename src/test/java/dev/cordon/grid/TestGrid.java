package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.map.IMap;
import dev.cordon.LoopbackPorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A data grid of real members in this process, on loopback, with the file that operators use. */
final class TestGrid implements AutoCloseable {
    static final Path FILE = Path.of("payara-config/cluster/hazelcast-grid.xml");
    static final GridKeys KEYS = GridKeys.of("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", Optional.empty());

    /** Members of a grid that can be split call from so many ports each, which nobody else uses. */
    private static final int CALLERS = 200;

    private static final int FIRST_CALLER = 17_000;

    private final List<Integer> ports = new ArrayList<>();
    private final Map<String, HazelcastInstance> members = new HashMap<>();
    private final int quorum;
    /** The ways to the members of a grid that can be split, or none. */
    private final List<GridLine> lines = new ArrayList<>();
    /** By which the members know each other. */
    private final List<Integer> known;

    private int started;
    /** Pairs of members between which nothing passes, by their numbers in the order of the starts. */
    private final Set<Set<Integer>> apart = ConcurrentHashMap.newKeySet();

    /** @param most number of members that it can have */
    TestGrid(int most) {
        this(most, Math.max(2, most / 2 + 1));
    }

    /** @param quorum of the log; 0 for none, as the file says for two members */
    TestGrid(int most, int quorum) {
        this.quorum = quorum;
        try {
            for (int i = 0; i < most; i++) {
                ports.add(LoopbackPorts.free());
            }
            known = new ArrayList<>(ports);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A grid of three that can be split: they reach each other over lines. */
    static TestGrid splittable() {
        TestGrid grid = new TestGrid(3);
        try {
            for (int n = 0; n < 3; n++) {
                int member = n;
                int line = LoopbackPorts.free();
                grid.known.set(n, line);
                grid.lines.add(new GridLine(
                        line,
                        grid.ports.get(n),
                        from -> grid.apart.contains(Set.of(member, (from - FIRST_CALLER) / CALLERS))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return grid;
    }

    /** From now on nothing passes between the last member that was started and the others. */
    void split() {
        for (int other = 0; other < started - 1; other++) {
            split(started - 1, other);
        }
    }

    /** From now on nothing passes between these two, by their numbers in the order of the starts. */
    void split(int one, int other) {
        apart.add(Set.of(one, other));
    }

    /** All pass again. */
    void heal() {
        apart.clear();
    }

    /** The member of a node, started when first asked for. */
    HazelcastInstance member(String node) {
        HazelcastInstance known = members.get(node);
        if (known != null) {
            return known;
        }
        HazelcastInstance member = Hazelcast.newHazelcastInstance(config(started++));
        members.put(node, member);
        // As on a server: the first one owns all partitions before others join.
        assertThat(new Grid(member, KEYS).unavailable()).isEmpty();
        // Each partition has its backup, as each member sees it: until then an answer may say that it does not know of
        // it.
        Awaitility.await()
                .until(() -> members().stream()
                        .allMatch(each -> each.getCluster().getMembers().size() == members.size()
                                && each.getPartitionService().isClusterSafe()));
        return member;
    }

    private Config config(int n) {
        Properties properties = new Properties();
        properties.setProperty("grid.interface", "127.0.0.1");
        properties.setProperty(
                "grid.members", known.stream().map(each -> "127.0.0.1:" + each).collect(Collectors.joining(",")));
        properties.setProperty("grid.port", Integer.toString(ports.get(n)));
        properties.setProperty("grid.quorum", Integer.toString(Math.max(2, quorum)));
        try (InputStream in = Files.newInputStream(FILE)) {
            Config config = new XmlConfigBuilder(in).setProperties(properties).build();
            if (!lines.isEmpty()) {
                ServerSocketEndpointConfig endpoint = (ServerSocketEndpointConfig) Objects.requireNonNull(
                        config.getAdvancedNetworkConfig().getEndpointConfigs().get(EndpointQualifier.MEMBER));
                int first = FIRST_CALLER + n * CALLERS;
                endpoint.setPublicAddress("127.0.0.1:" + known.get(n))
                        .addOutboundPortDefinition(first + "-" + (first + CALLERS - 1));
                config.setProperty("hazelcast.max.no.heartbeat.seconds", "3")
                        .setProperty("hazelcast.merge.first.run.delay.seconds", "1")
                        .setProperty("hazelcast.merge.next.run.delay.seconds", "1");
            }
            config.getSplitBrainProtectionConfig("cordon-log").setEnabled(quorum > 0);
            return config
                    // On a busy machine a backup may take longer than the file allows, and its answer is "unknown"
                    // then. Shorter than an append waits: a backup that is lost with a connection is asked for again.
                    .setProperty("hazelcast.operation.backup.timeout.millis", "3000")
                    // Members of a test start one after the other.
                    .setProperty("hazelcast.wait.seconds.before.join", "0")
                    // Whoever looks at all records asks each partition.
                    .setProperty("hazelcast.partition.count", "31");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends a member as when its process is killed. */
    void kill(String node) {
        Optional.ofNullable(members.remove(node))
                .orElseThrow()
                .getLifecycleService()
                .terminate();
    }

    List<HazelcastInstance> members() {
        return List.copyOf(members.values());
    }

    /** Empties all structures. */
    void clear() {
        members().stream().limit(1).forEach(one -> {
            one.getMap(GridNodes.MAP).clear();
            one.getMap(GridOrders.MAP).clear();
            one.getMap(GridInquiries.QUESTIONS).clear();
            one.getMap(GridInquiries.ANSWERS).clear();
            clear(one, GridUserLog.PREFIX);
        });
    }

    /** Empties the maps of a log. */
    static void clear(HazelcastInstance member, String prefix) {
        maps(member, prefix).forEach(IMap::clear);
    }

    /** Removes the maps of a log. */
    static void destroy(HazelcastInstance member, String prefix) {
        maps(member, prefix).forEach(IMap::destroy);
    }

    private static List<IMap<?, ?>> maps(HazelcastInstance member, String prefix) {
        List<IMap<?, ?>> maps = new ArrayList<>();
        member.getDistributedObjects().forEach(each -> {
            if (each instanceof IMap<?, ?> map && map.getName().startsWith(prefix)) {
                maps.add(map);
            }
        });
        return maps;
    }

    @Override
    public void close() {
        members.values().forEach(member -> member.getLifecycleService().terminate());
        members.clear();
        lines.forEach(GridLine::close);
    }
}
