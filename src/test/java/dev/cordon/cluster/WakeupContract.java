package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What each carrier of wakeups does, whatever it is made of. */
public abstract class WakeupContract {
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");

    private final List<Wakeup> opened = new ArrayList<>();

    /** The carrier of one node. All of one test belong to one cluster. */
    protected abstract Wakeup wakeup(String node, ClusterCounters counters);

    /** The greatest number of users that are named when they are woken together. */
    protected abstract int mostNamed();

    /** What a node has heard. */
    public static final class Heard implements Wakeup.Hearer {
        public final Queue<String> secrets = new ConcurrentLinkedQueue<>();
        public final Queue<UserHash> woken = new ConcurrentLinkedQueue<>();
        public final AtomicInteger unsure = new AtomicInteger();
        public final AtomicInteger orders = new AtomicInteger();
        final AtomicBoolean early = new AtomicBoolean();

        @Override
        public void listening(String secret) {
            secrets.add(secret);
        }

        @Override
        public void woken(Collection<UserHash> users) {
            early.set(early.get() || secrets.isEmpty());
            woken.addAll(users);
        }

        @Override
        public void unsure() {
            unsure.incrementAndGet();
        }

        @Override
        public void ordered() {
            orders.incrementAndGet();
        }

        @Override
        public void probed(Collection<UserHash> users) {}

        @Override
        public void asked() {}

        @Override
        public void answered(String question) {}

        public UserHash hash(UserId user) {
            return UserHash.of(secrets.element(), user);
        }
    }

    public record Node(Wakeup wakeup, Heard heard, ClusterCounters counters) {
        public double metric(String name) {
            return counters.metrics().all().stream()
                    .filter(metric -> metric.name().equals(name))
                    .mapToDouble(metric -> metric.value().getAsDouble())
                    .sum();
        }
    }

    protected final Node node(String id) {
        ClusterCounters counters = new ClusterCounters();
        Node node = new Node(wakeup(id, counters), new Heard(), counters);
        opened.add(node.wakeup());
        node.wakeup().listen(node.heard());
        Awaitility.await().until(() -> !node.heard().secrets.isEmpty());
        return node;
    }

    @AfterEach
    void closeAll() {
        opened.forEach(Wakeup::close);
    }

    private static void awaitWoken(Node node, UserId... users) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(node.heard().woken)
                        .containsExactlyInAnyOrderElementsOf(
                                Arrays.stream(users).map(node.heard()::hash).toList()));
    }

    @Test
    @DisplayName("each other node hears once who has something new, and the node itself does not")
    void wakesTheOtherNodes() {
        Node a = node("a");
        Node b = node("b");
        Node c = node("c");

        a.wakeup().wake(List.of(ALICE, BOB));
        awaitWoken(b, ALICE, BOB);
        awaitWoken(c, ALICE, BOB);
        b.wakeup().wake(List.of(CAROL));

        awaitWoken(a, CAROL);
        awaitWoken(c, ALICE, BOB, CAROL);
        awaitWoken(b, ALICE, BOB);
        assertThat(List.of(a, b, c)).noneMatch(node -> node.heard().early.get());
    }

    @Test
    @DisplayName("all nodes name users by one secret, which is no part of a user's id")
    void nodesShareASecret() {
        Node a = node("a");
        Node b = node("b");

        assertThat(a.heard().secrets.element())
                .isEqualTo(b.heard().secrets.element())
                .isNotEmpty();
    }

    @Test
    @DisplayName("many users are named; more than can be named are woken all")
    void wakesAllWhenThereAreTooMany() {
        Node a = node("a");
        Node b = node("b");

        a.wakeup().wake(users(mostNamed()));
        Awaitility.await().until(() -> b.heard().woken.size() == mostNamed());
        int unsure = b.heard().unsure.get();

        a.wakeup().wake(users(mostNamed() + 1));
        Awaitility.await().until(() -> b.heard().unsure.get() == unsure + 1);
        assertThat(b.heard().woken).hasSize(mostNamed());
    }

    protected static List<UserId> users(int count) {
        List<UserId> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            users.add(new UserId("user" + i));
        }
        return users;
    }

    @Test
    @DisplayName("a node that has ended hears nothing, and does not throw when it wakes")
    void hearsNothingAfterItsEnd() {
        Node a = node("a");
        Node b = node("b");
        Node c = node("c");

        b.wakeup().close();
        a.wakeup().wake(List.of(ALICE));

        awaitWoken(c, ALICE);
        assertThat(b.heard().woken).isEmpty();
        b.wakeup().wake(List.of(BOB));
    }

    @Test
    @DisplayName("says that it hears, and counts what it sends")
    void countsWhatItSends() {
        Node a = node("a");
        Node b = node("b");
        Awaitility.await().until(() -> b.metric("cordon_cluster_listening") == 1);

        a.wakeup().wake(List.of(ALICE, BOB));
        awaitWoken(b, ALICE, BOB);

        assertThat(a.metric("cordon_cluster_wakeups_sent_total")).isEqualTo(1);
        assertThat(b.metric("cordon_cluster_wakeups_sent_total")).isZero();
        assertThat(a.metric("cordon_cluster_wakeups_failed_total")).isZero();
    }
}
