package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.map.IMap;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.NodeDirectoryContract;
import dev.cordon.log.LogUnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The node directory with up to three real members, of which one is lost. */
class GridNodesTest extends NodeDirectoryContract {
    private final TestGrid grid = new TestGrid(3);

    @Override
    protected NodeDirectory directory(String node) {
        return new GridNodes(grid.member(node), node(node), () -> true);
    }

    @Override
    protected void lose(String node, NodeDirectory... others) {
        grid.kill(node);
        Awaitility.await()
                .until(() -> grid.members().stream()
                        .allMatch(member -> member.getCluster().getMembers().size() == 2));
    }

    @AfterEach
    void stop() {
        grid.close();
    }

    @Test
    @DisplayName("what a lost node said of itself is removed, by a node that has missed it twice")
    void removesWhatALostNodeSaid() {
        NodeDirectory a = directory("a");
        NodeDirectory b = directory("b");
        NodeDirectory c = directory("c");
        a.beat(NodeDirectory.State.READY, LOAD);
        b.beat(NodeDirectory.State.READY, LOAD);
        c.beat(NodeDirectory.State.READY, LOAD);
        IMap<String, String> entries = grid.member("a").getMap(GridNodes.MAP);

        lose("b");
        a.beat(NodeDirectory.State.READY, LOAD);
        assertThat(entries.size()).isEqualTo(3);
        a.beat(NodeDirectory.State.READY, LOAD);

        assertThat(entries.size()).isEqualTo(2);
    }

    @Test
    @DisplayName("a node of a later version is known by what this version understands")
    void understandsALaterVersion() {
        NodeDirectory a = directory("a");
        a.beat(NodeDirectory.State.READY, LOAD);
        IMap<String, String> entries = grid.member("b").getMap(GridNodes.MAP);
        entries.set(
                grid.member("b").getCluster().getLocalMember().getUuid().toString(),
                "2\tresting\t9999999999999\tb\t1.1.0\thost\t1\t2\t3\t4\tmore");
        entries.set(grid.member("c").getCluster().getLocalMember().getUuid().toString(), "nonsense");

        assertThat(a.beat(NodeDirectory.State.READY, LOAD).nodes())
                .hasSize(2)
                .last()
                .satisfies(node -> {
                    assertThat(node.id()).isEqualTo("b");
                    assertThat(node.version()).isEqualTo("1.1.0");
                    assertThat(node.state()).isEqualTo(NodeDirectory.State.DRAINING);
                });
    }

    @Test
    @DisplayName("where nobody else knows the other part of a split, the smaller one is not listed for all")
    void doesNotListThePartForAll() {
        AtomicBoolean whole = new AtomicBoolean(true);
        NodeDirectory a = new GridNodes(grid.member("a"), node("a"), whole::get);
        a.beat(NodeDirectory.State.READY, LOAD);
        assertThat(a.nodes()).hasSize(1);

        whole.set(false);

        assertThatThrownBy(a::nodes)
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage("too few members of the data grid are there");
        assertThat(a.beat(NodeDirectory.State.READY, LOAD).nodes()).hasSize(1);
    }
}
