package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * docs/security.md, Isolation: no object is reachable from two users' managers but configuration, sinks, the bound on
 * all stalled queues, the transport, and the listener through which a closed connection leaves the factory.
 */
class IsolationGraphTest {
    private final TestNode node = new TestNode();
    private final AtomicReference<Limits> limits = new AtomicReference<>(Limits.DEFAULTS);
    private final Supplier<Limits> settings = limits::get;
    private final WebSocketManagerFactory factory =
            new WebSocketManagerFactory(settings, node.counters, node.guard, node.time);

    @BeforeEach
    void keepTwoUsersBusy() {
        busy("alice");
        busy("bob");
        busy("alice");
    }

    /** Subscribed, with publications, replies and pings waiting behind a write that does not end. */
    private void busy(String user) {
        FakeTransport wire = new FakeTransport().mode(FakeTransport.Mode.HELD);
        Connection connection = factory.accept(wire).orElseThrow();
        UserContext context = TestNode.context(user, "s");
        Channel personal = TestNode.personal(user);
        Channel news = Channel.parse("news#" + user);
        connection.attach(context, personal);
        connection.attach(context, news);
        factory.open(connection, context);
        connection.goLive(personal, node.log.top(personal), Frame.of("{\"id\":1}"), node.log);
        connection.goLive(news, node.log.top(news), Frame.of("{\"id\":2}"), node.log);
        connection.drain();
        for (int i = 0; i < 3; i++) {
            try (WriteBatch writes = new WriteBatch()) {
                factory.deliver(node.appended(i == 1 ? news : personal, "{}"), node.log, writes);
            }
        }
        node.time.advance(Duration.ofSeconds(1));
        try (WriteBatch writes = new WriteBatch()) {
            factory.deliver(
                    node.appended(personal, "\"" + "x".repeat(OffHeapFrames.SMALLEST) + "\""), node.log, writes);
        }
        connection.ping();
        connection.heard();
    }

    private WebSocketManager manager(String user) {
        return factory.find(TestNode.context(user, "s").key()).orElseThrow();
    }

    private Set<Object> reachable(String user) {
        return ObjectGraph.from(manager(user), this::mayBeShared);
    }

    private boolean mayBeShared(Object object) {
        return object instanceof Transport
                || object instanceof Connection.CloseListener
                || object == settings
                || object == node.counters
                || object == factory.stalledQueues()
                || object == node.guard
                || object == node.time
                || object == Encoding.JSON
                || object == Encoding.JSON.ping();
    }

    private static Set<Object> both(Set<Object> one, Set<Object> two) {
        Set<Object> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        shared.addAll(one);
        shared.removeIf(object -> !two.contains(object));
        return shared;
    }

    @Test
    void sharesNoObjectBetweenUsers() {
        Set<Object> alice = reachable("alice");
        Set<Object> bob = reachable("bob");

        assertThat(both(alice, bob)).isEmpty();
        assertThat(alice).hasSizeGreaterThan(40).anyMatch(Frame.class::isInstance);
        assertThat(bob).anyMatch(Subscription.class::isInstance).anyMatch(OffHeapFrames.Stored.class::isInstance);
    }

    @Test
    void noManagerReachesTheLog() {
        assertThat(reachable("alice")).noneMatch(dev.cordon.log.UserLog.class::isInstance);
    }

    @Test
    void findsASharedObjectThatIsPlanted() {
        Frame planted = Frame.of("{}");
        manager("alice").connections().get(0).send(planted);
        manager("bob").connections().get(0).send(planted);

        assertThat(both(reachable("alice"), reachable("bob"))).contains(planted);
    }

    @Test
    void noManagerReachesTheIdOfAnotherUser() {
        assertThat(reachable("alice"))
                .filteredOn(dev.cordon.protocol.UserId.class::isInstance)
                .isNotEmpty()
                .containsOnly(TestNode.user("alice"));
    }
}
