package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleService;
import com.hazelcast.topic.ITopic;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.UserHash;
import dev.cordon.cluster.Wakeup;
import dev.cordon.cluster.WakeupContract;
import dev.cordon.protocol.UserId;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The carrier of wakeups with three real members. */
class GridWakeupTest extends WakeupContract {
    private static final String OTHER_KEY = "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyMDE=";
    private static final TestGrid GRID = new TestGrid(3);

    @BeforeAll
    static void start() {
        List.of("a", "b", "c").forEach(GRID::member);
    }

    @AfterAll
    static void stop() {
        GRID.close();
    }

    @Override
    protected Wakeup wakeup(String node, ClusterCounters counters) {
        return new GridWakeup(GRID.member(node), TestGrid.KEYS, counters);
    }

    @Override
    protected int mostNamed() {
        return GridWakeup.MAX_USERS * GridWakeup.MAX_MESSAGES;
    }

    @Test
    @DisplayName("a message has neither a payload nor a user's id")
    void tellsNothing() {
        Queue<byte[]> heard = new ConcurrentLinkedQueue<>();
        ITopic<byte[]> topic = GRID.member("b").getTopic(GridWakeup.TOPIC);
        topic.addMessageListener(message -> heard.add(message.getMessageObject()));
        Node a = node("a");

        a.wakeup().wake(List.of(new UserId("alice"), new UserId("bob")));

        Awaitility.await().until(() -> !heard.isEmpty());
        assertThat(heard).singleElement().satisfies(message -> {
            assertThat(message).hasSize(2 + 2 * UserHash.BYTES);
            assertThat(new String(message, StandardCharsets.ISO_8859_1)).doesNotContain("alice", "bob");
        });
    }

    @Test
    @DisplayName("a message in a form that this version does not know wakes all")
    void aLaterFormWakesAll() {
        Node b = node("b");
        ITopic<byte[]> topic = GRID.member("a").getTopic(GridWakeup.TOPIC);

        topic.publish(new byte[] {2, 1, 0, 0, 0, 0, 0, 0});
        topic.publish(new byte[] {1, 99});
        topic.publish(new byte[0]);

        Awaitility.await().until(() -> b.heard().unsure.get() == 3);
        assertThat(b.heard().woken).isEmpty();
    }

    @Test
    @DisplayName("while keys are changed, nodes with either key wake each other")
    void wakesAcrossAChangeOfKeys() {
        String key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
        Heard oldOnly = listen("a", GridKeys.of(key, Optional.empty()));
        Heard oldFirst = listen("b", GridKeys.of(key, Optional.of(OTHER_KEY)));
        GridWakeup newFirst =
                new GridWakeup(GRID.member("c"), GridKeys.of(OTHER_KEY, Optional.of(key)), new ClusterCounters());
        UserId alice = new UserId("alice");

        newFirst.wake(List.of(alice));

        Awaitility.await().until(() -> oldOnly.woken.size() == 1 && oldFirst.woken.size() == 1);
        assertThat(oldFirst.secrets).anyMatch(secret -> oldFirst.woken.contains(UserHash.of(secret, alice)));
        assertThat(oldOnly.secrets).noneMatch(secret -> oldOnly.woken.contains(UserHash.of(secret, alice)));
        newFirst.close();
    }

    private Heard listen(String member, GridKeys keys) {
        Heard heard = new Heard();
        new GridWakeup(GRID.member(member), keys, new ClusterCounters()).listen(heard);
        Awaitility.await().until(() -> heard.secrets.size() == keys.all().size());
        return heard;
    }

    @Test
    @DisplayName("every user may have something new at once when a member comes or goes")
    void isUnsureWhenAMemberComesOrGoes() {
        try (TestGrid grid = new TestGrid(2)) {
            ClusterCounters counters = new ClusterCounters();
            Heard heard = new Heard();
            GridWakeup a = new GridWakeup(grid.member("a"), TestGrid.KEYS, counters);
            a.listen(heard);
            Awaitility.await().until(() -> heard.secrets.size() == 1);
            assertThat(heard.unsure).hasValue(0);

            grid.member("b");
            Awaitility.await().until(() -> heard.unsure.get() == 1);

            grid.kill("b");
            Awaitility.await().until(() -> heard.unsure.get() == 2);
            a.close();
        }
    }

    @Test
    @DisplayName("a node whose grid has ended loses its wakeups, says so, and does not throw")
    void countsWhatItCannotSend() {
        try (TestGrid grid = new TestGrid(1)) {
            HazelcastInstance member = grid.member("a");
            Heard heard = new Heard();
            Node a = new Node(new GridWakeup(member, TestGrid.KEYS, counters), heard, counters);
            a.wakeup().listen(heard);
            Awaitility.await().until(() -> a.metric("cordon_cluster_listening") == 1);
            Grid of = new Grid(member, TestGrid.KEYS);
            assertThat(of.unavailable()).isEmpty();

            grid.kill("a");
            IntStream.range(0, 3).forEach(i -> a.wakeup().wake(List.of(new UserId("user" + i))));

            Awaitility.await().until(() -> a.metric("cordon_cluster_wakeups_failed_total") > 0);
            assertThat(a.metric("cordon_cluster_listening")).isZero();
            assertThat(of.unavailable()).contains("the data grid has ended on this node: restart the process");
            a.wakeup().close();
        }
    }

    @Test
    @DisplayName("a node that cannot listen at first tries again, and hears each message once")
    void listensAgainAfterAFailure() {
        AtomicInteger failures = new AtomicInteger(2);
        HazelcastInstance a = failing(HazelcastInstance.class, GRID.member("a"), failures);
        Heard heard = new Heard();
        GridWakeup late = new GridWakeup(a, TestGrid.KEYS, counters);

        late.listen(heard);

        Awaitility.await().until(() -> heard.secrets.size() == 1);
        assertThat(failures).hasNegativeValue();
        node("b").wakeup().wake(List.of(new UserId("alice")));
        Awaitility.await().until(() -> !heard.woken.isEmpty());
        GRID.member("b").<byte[]>getTopic(GridWakeup.TOPIC).publish(new byte[] {1, 3});
        Awaitility.await().until(() -> heard.orders.get() > 0);
        assertThat(heard.woken).hasSize(1);
        assertThat(heard.orders).hasValue(1);
        late.close();
    }

    /** An object whose lifecycle listener, the last one that a node adds, cannot be added at first. */
    private static <T> T failing(Class<T> type, T inner, AtomicInteger failures) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("addLifecycleListener") && failures.getAndDecrement() > 0) {
                        throw new HazelcastInstanceNotActiveException("not yet");
                    }
                    Object result = method.invoke(inner, arguments);
                    return result instanceof LifecycleService service
                            ? failing(LifecycleService.class, service, failures)
                            : result;
                }));
    }

    @Test
    @DisplayName("with the database beside the grid a node hears the others only while both are heard")
    void hearsByBothCarriers() {
        ClusterCounters.Hearing database = counters.hearing();
        Heard heard = new Heard();
        Node a = new Node(new GridWakeup(GRID.member("a"), TestGrid.KEYS, counters), heard, counters);
        a.wakeup().listen(heard);
        Awaitility.await().until(() -> heard.secrets.size() == 1);
        assertThat(a.metric("cordon_cluster_listening")).isZero();

        database.set(true);
        assertThat(a.metric("cordon_cluster_listening")).isEqualTo(1);
        database.set(false);

        assertThat(a.metric("cordon_cluster_listening")).isZero();
        a.wakeup().close();
    }

    private final ClusterCounters counters = new ClusterCounters();
}
