package dev.cordon.grid;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.ThisNode;
import dev.cordon.log.LogUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The node directory on the grid: who is there is what the grid's own failure detection says, and a map has what each
 * member says of itself. An entry's key is the member's id, which changes when a split grid heals. A node's time of
 * start is that of the grid's master, not of its own clock. Thread-safe.
 */
final class GridNodes implements NodeDirectory {
    static final String MAP = Grid.PREFIX + "nodes";

    /**
     * Of an entry: its form, state, time of start in milliseconds, id, version, address, users, connections, and bytes of
     * the heap in use and at most. A later form may append more.
     */
    private static final String FORM = "1";

    private static final String SEPARATOR = "\t";
    private static final int FIELDS = 10;
    private static final System.Logger LOG = System.getLogger(GridNodes.class.getName());

    private final Cluster cluster;
    private final IMap<String, String> entries;
    private final ThisNode node;
    private final BooleanSupplier whole;
    private final long startedAt;
    /** Keys of entries without a member at the last heartbeat. Guarded by this object's lock. */
    private Set<String> orphans = Set.of();

    /** @param whole false while {@link #nodes} would list the smaller part of a split for all */
    GridNodes(HazelcastInstance hazelcast, ThisNode node, BooleanSupplier whole) {
        this.cluster = hazelcast.getCluster();
        this.entries = hazelcast.getMap(MAP);
        this.node = node;
        this.whole = whole;
        this.startedAt = cluster.getClusterTime();
    }

    @Override
    public synchronized Beat beat(State state, Load load) {
        return Grid.call(() -> {
            entries.set(member(), text(state, load));
            Map<String, String> all = all();
            Set<String> members = members();
            Set<String> left = new HashSet<>(all.keySet());
            left.removeAll(members);
            List<Node> there = nodes(all, members);
            return new Beat(there, removeLost(all, left, there));
        });
    }

    @Override
    public List<Node> nodes() {
        if (!whole.getAsBoolean()) {
            throw new LogUnavailableException(GridQuorum.TOO_FEW);
        }
        return Grid.call(() -> nodes(all(), members()));
    }

    private Map<String, String> all() {
        return Map.copyOf(entries.getAll(entries.keySet()));
    }

    private Set<String> members() {
        return cluster.getMembers().stream()
                .map(member -> member.getUuid().toString())
                .collect(Collectors.toSet());
    }

    /** The nodes whose members are there, in the order of their start. */
    private static List<Node> nodes(Map<String, String> all, Set<String> members) {
        return all.entrySet().stream()
                .filter(entry -> members.contains(entry.getKey()))
                .flatMap(entry -> parse(entry.getValue()).stream())
                .sorted(Comparator.comparing(Node::startedAt).thenComparing(Node::id))
                .toList();
    }

    /**
     * Removes what had no member at the last heartbeat either: this node may learn of a new member late. Returns what
     * no other node has removed before, without the nodes that are there under another member's id: a member gets a new
     * id when a split heals.
     */
    private List<Node> removeLost(Map<String, String> all, Set<String> left, List<Node> there) {
        List<Node> lost = new ArrayList<>();
        all.forEach((key, text) -> {
            if (left.contains(key) && orphans.contains(key) && entries.remove(key, text)) {
                parse(text)
                        .filter(node ->
                                there.stream().noneMatch(each -> each.id().equals(node.id())))
                        .ifPresent(lost::add);
            }
        });
        orphans = Set.copyOf(left);
        return lost;
    }

    private String member() {
        return cluster.getLocalMember().getUuid().toString();
    }

    private String text(State state, Load load) {
        return Stream.of(
                        FORM,
                        state.name().toLowerCase(Locale.ROOT),
                        startedAt,
                        node.id(),
                        node.version(),
                        node.address(),
                        load.users(),
                        load.connections(),
                        load.heapUsed(),
                        load.heapMax())
                .map(String::valueOf)
                .collect(Collectors.joining(SEPARATOR));
    }

    private static Optional<Node> parse(String text) {
        String[] fields = text.split(SEPARATOR, -1);
        try {
            return fields.length < FIELDS
                    ? Optional.empty()
                    : Optional.of(new Node(
                            fields[3],
                            fields[4],
                            fields[5],
                            // A later version may say more than this one knows: such a node takes no new connections.
                            fields[1].equals("ready") ? State.READY : State.DRAINING,
                            Instant.ofEpochMilli(Long.parseLong(fields[2])),
                            new Load(
                                    Long.parseLong(fields[6]),
                                    Long.parseLong(fields[7]),
                                    Long.parseLong(fields[8]),
                                    Long.parseLong(fields[9]))));
        } catch (NumberFormatException e) {
            LOG.log(Level.DEBUG, "A node says of itself what this version does not know", e);
            return Optional.empty();
        }
    }

    @Override
    public void leave() {
        try {
            Grid.call(() -> {
                String key = member();
                String mine = entries.get(key);
                // Another deployment on this server may have taken the place.
                return mine != null
                        && parse(mine).map(Node::id).filter(node.id()::equals).isPresent()
                        && entries.remove(key, mine);
            });
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "The node could not leave the directory: {0}", e.getMessage());
        }
    }
}
