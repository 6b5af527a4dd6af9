package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.NodeDirectory.Load;
import dev.cordon.cluster.NodeDirectory.Node;
import dev.cordon.cluster.NodeDirectory.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What each directory of nodes does, whatever it is made of. */
public abstract class NodeDirectoryContract {
    protected static final Load LOAD = new Load(1, 2, 3, 4);

    /** What a node is that has this id. */
    protected static ThisNode node(String id) {
        return new ThisNode(id, "1.0.0", "host-" + id + ":8080", Instant.EPOCH);
    }

    /** The directory as a node sees it that has not beaten yet. All of one test belong to one cluster. */
    protected abstract NodeDirectory directory(String node);

    /** Has a node end without leaving. Returns when the others can know, which beat meanwhile as the carrier needs it. */
    protected abstract void lose(String node, NodeDirectory... others);

    private static List<String> ids(NodeDirectory.Beat beat) {
        return ids(beat.nodes());
    }

    private static List<String> ids(List<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }

    @Test
    @DisplayName("each node knows all that have beaten, itself included, in the order of their start")
    void knowsAllNodes() {
        NodeDirectory a = directory("b-first");
        assertThat(ids(a.beat(State.READY, LOAD))).containsExactly("b-first");
        NodeDirectory b = directory("a-second");

        assertThat(ids(b.beat(State.READY, LOAD))).containsExactly("b-first", "a-second");
        assertThat(a.beat(State.READY, LOAD).nodes())
                .isEqualTo(b.beat(State.READY, LOAD).nodes())
                .allSatisfy(node -> assertThat(node.version()).isEqualTo("1.0.0"))
                .allSatisfy(node -> assertThat(node.address()).isEqualTo("host-" + node.id() + ":8080"))
                .allSatisfy(node -> assertThat(node.load()).isEqualTo(LOAD));
        assertThat(a.nodes()).isEqualTo(b.nodes()).hasSize(2);
    }

    @Test
    void tellsWhoDrains() {
        NodeDirectory a = directory("a");
        NodeDirectory b = directory("b");
        a.beat(State.READY, LOAD);
        b.beat(State.READY, LOAD);
        b.beat(State.DRAINING, LOAD);

        assertThat(a.beat(State.READY, LOAD).nodes())
                .extracting(Node::state)
                .containsExactly(State.READY, State.DRAINING);
    }

    @Test
    @DisplayName("a node keeps its place in the order while it beats")
    void keepsTheTimeOfTheStart() {
        NodeDirectory a = directory("a");
        NodeDirectory b = directory("b");
        List<Node> before = a.beat(State.READY, LOAD).nodes();
        b.beat(State.READY, LOAD);

        assertThat(a.beat(State.DRAINING, LOAD).nodes().get(0).startedAt())
                .isEqualTo(before.get(0).startedAt());
    }

    @Test
    void forgetsANodeThatLeaves() {
        NodeDirectory a = directory("a");
        NodeDirectory b = directory("b");
        a.beat(State.READY, LOAD);
        b.beat(State.READY, LOAD);

        b.leave();

        NodeDirectory.Beat beat = a.beat(State.READY, LOAD);
        assertThat(ids(beat)).containsExactly("a");
        assertThat(beat.lost()).isEmpty();
    }

    @Test
    @DisplayName(
            "a node that ends without leaving is there no more, and one of the others, whoever it is, is told of it")
    void forgetsALostNode() {
        NodeDirectory a = directory("a");
        NodeDirectory b = directory("b");
        NodeDirectory c = directory("c");
        a.beat(State.READY, LOAD);
        b.beat(State.READY, LOAD);
        c.beat(State.READY, LOAD);

        lose("b", a, c);

        List<Node> lost = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            lost.addAll(a.beat(State.READY, LOAD).lost());
            lost.addAll(c.beat(State.READY, LOAD).lost());
        }
        assertThat(ids(lost)).containsExactly("b");
        assertThat(ids(a.beat(State.READY, LOAD))).containsExactly("a", "c");
        assertThat(ids(c.beat(State.READY, LOAD))).containsExactly("a", "c");
    }
}
