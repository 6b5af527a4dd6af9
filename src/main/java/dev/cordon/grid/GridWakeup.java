package dev.cordon.grid;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.UserHash;
import dev.cordon.cluster.Wakeup;
import dev.cordon.cluster.WakeupQueue;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakeups by one topic of the grid, which all nodes hear. A message says its form and what is new: the hashes of users,
 * all users, an order, a question, an answer, or the hashes of users to probe. Users who are woken while a message is
 * under way share the next one. A member that comes or goes makes every user uncertain at once. So does a split that has
 * healed.
 */
final class GridWakeup implements Wakeup {
    static final String TOPIC = Grid.PREFIX + "wakeup";

    /** Most users of one message. */
    static final int MAX_USERS = 4096;

    /** Most messages for one group of users. Beyond it, all users are woken. */
    static final int MAX_MESSAGES = 4;

    private static final byte FORM = 1;
    private static final byte USERS = 1;
    private static final byte ALL = 2;
    private static final byte ORDER = 3;
    private static final byte QUESTION = 4;
    private static final byte ANSWER = 5;
    private static final byte PROBE = 6;
    private static final int HEAD_BYTES = 2;
    /** Time after which listening is tried again. */
    private static final Duration AGAIN = Duration.ofMillis(500);

    private static final System.Logger LOG = System.getLogger(GridWakeup.class.getName());

    private final HazelcastInstance hazelcast;
    private final ITopic<byte[]> topic;
    private final GridKeys keys;
    private final ClusterCounters counters;
    private final ClusterCounters.Hearing hearing;
    private final ScheduledExecutorService sender;
    private final WakeupQueue queue;
    private final List<Runnable> listeners = new ArrayList<>();

    GridWakeup(HazelcastInstance hazelcast, GridKeys keys, ClusterCounters counters) {
        this.hazelcast = hazelcast;
        this.topic = topic(hazelcast);
        this.keys = keys;
        this.counters = counters;
        this.hearing = counters.hearing();
        this.sender = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "cordon-wakeup");
            thread.setDaemon(true);
            return thread;
        });
        this.queue = new WakeupQueue(sender, this::send, this::lost);
    }

    private static ITopic<byte[]> topic(HazelcastInstance hazelcast) {
        return hazelcast.getTopic(TOPIC);
    }

    /** Hints that an order is stored. Best effort: nodes also look for orders at each heartbeat. */
    static void hintOrder(HazelcastInstance hazelcast) {
        topic(hazelcast).publish(new byte[] {FORM, ORDER});
    }

    /** Hints that a question is stored. Best effort: nodes also look for questions at each heartbeat. */
    static void hintQuestion(HazelcastInstance hazelcast) {
        hint(hazelcast, new byte[] {FORM, QUESTION});
    }

    /** Hints that a question was answered. Best effort: who asked also looks without it. */
    static void hintAnswer(HazelcastInstance hazelcast, String question) {
        byte[] id = question.getBytes(StandardCharsets.UTF_8);
        hint(
                hazelcast,
                ByteBuffer.allocate(HEAD_BYTES + id.length)
                        .put(FORM)
                        .put(ANSWER)
                        .put(id)
                        .array());
    }

    private static void hint(HazelcastInstance hazelcast, byte[] message) {
        try {
            topic(hazelcast).publish(message);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "A hint is lost", e);
        }
    }

    /** Asks the other nodes to probe users' connections. Best effort. */
    @FunctionalInterface
    interface Probes {
        void send(List<UserId> users);
    }

    /** The probes of a node that has these keys. */
    static Probes probes(HazelcastInstance hazelcast, GridKeys keys) {
        return users -> {
            for (int from = 0; from < users.size(); from += MAX_USERS) {
                List<UserId> some = users.subList(from, Math.min(users.size(), from + MAX_USERS));
                hint(hazelcast, message(PROBE, keys, some));
            }
        };
    }

    @Override
    public void listen(Hearer to) {
        sender.execute(() -> tryToListen(to, true));
    }

    /** @param first whether the log does not say yet that listening fails */
    private void tryToListen(Hearer to, boolean first) {
        try {
            begin(to);
            if (!first) {
                LOG.log(Level.INFO, "This node hears wakeups on the grid");
            }
        } catch (RuntimeException e) {
            tellFailed(first, e);
            again(to);
        }
    }

    private static void tellFailed(boolean first, RuntimeException why) {
        if (first) {
            LOG.log(
                    Level.WARNING,
                    "This node hears no wakeups on the grid: {0}. Messages of other nodes arrive up to 30 seconds late"
                            + " until it does (docs/scaling.md)",
                    why.getMessage());
        }
        LOG.log(Level.DEBUG, "Listening on the grid failed; it begins again", why);
    }

    private void again(Hearer to) {
        try {
            ScheduledFuture<?> unused =
                    sender.schedule(() -> tryToListen(to, false), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "The node has ended before it could listen", e);
        }
    }

    private synchronized void begin(Hearer to) {
        if (sender.isShutdown()) {
            return;
        }
        try {
            UUID heard = topic.addMessageListener(message -> hear(message, to));
            listeners.add(() -> topic.removeMessageListener(heard));
            UUID members = hazelcast.getCluster().addMembershipListener(new Members(to));
            listeners.add(() -> hazelcast.getCluster().removeMembershipListener(members));
            UUID states = hazelcast.getLifecycleService().addLifecycleListener(event -> changed(event, to));
            listeners.add(() -> hazelcast.getLifecycleService().removeLifecycleListener(states));
        } catch (RuntimeException e) {
            removeListeners();
            throw e;
        }
        hearing.set(true);
        // While keys are changed, some nodes name users by the hashes of one key, and some by those of the other.
        keys.all().forEach(key -> to.listening(key.userSecret()));
    }

    private void removeListeners() {
        Grid.unlisten(() -> listeners.forEach(Runnable::run));
        listeners.clear();
    }

    /** Whatever a member that is gone, or the other side of a split, did not tell any more. */
    private record Members(Hearer to) implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            to.unsure();
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            to.unsure();
        }
    }

    private void changed(LifecycleEvent event, Hearer to) {
        switch (event.getState()) {
            case MERGED -> to.unsure();
            case SHUTTING_DOWN, SHUTDOWN -> hearing.set(false);
            default -> LOG.log(Level.DEBUG, "The grid is {0}", event.getState());
        }
    }

    @Override
    public void wake(Collection<UserId> users) {
        queue.add(users);
    }

    private void lost(Throwable why) {
        counters.wakeupsFailed.increment();
        LOG.log(Level.DEBUG, "A wakeup is lost", why);
    }

    private void send(List<UserId> users) {
        if (users.size() > MAX_USERS * MAX_MESSAGES) {
            publish(new byte[] {FORM, ALL});
            return;
        }
        for (int from = 0; from < users.size(); from += MAX_USERS) {
            publish(message(USERS, keys, users.subList(from, Math.min(users.size(), from + MAX_USERS))));
        }
    }

    private void publish(byte[] message) {
        if (!hazelcast.getLifecycleService().isRunning()) {
            // The topic itself would say nothing.
            throw new HazelcastInstanceNotActiveException();
        }
        topic.publish(message);
        counters.wakeupsSent.increment();
    }

    private static byte[] message(byte kind, GridKeys keys, List<UserId> users) {
        String secret = keys.current().userSecret();
        ByteBuffer message = ByteBuffer.allocate(HEAD_BYTES + users.size() * UserHash.BYTES);
        message.put(FORM).put(kind);
        users.forEach(user -> UserHash.of(secret, user).write(message));
        return message.array();
    }

    /** Ignores what this node has sent. A form that a later version may send wakes all. */
    private static void hear(Message<byte[]> heard, Hearer to) {
        @Nullable Member from = heard.getPublishingMember();
        if (from != null && from.localMember()) {
            return;
        }
        ByteBuffer message = ByteBuffer.wrap(heard.getMessageObject());
        byte form = message.remaining() >= HEAD_BYTES ? message.get() : 0;
        byte kind = form == FORM ? message.get() : ALL;
        switch (kind) {
            case USERS -> to.woken(users(message));
            case ORDER -> to.ordered();
            case QUESTION -> to.asked();
            case ANSWER -> to.answered(StandardCharsets.UTF_8.decode(message).toString());
            case PROBE -> to.probed(users(message));
            default -> to.unsure();
        }
    }

    private static List<UserHash> users(ByteBuffer message) {
        List<UserHash> users = new ArrayList<>();
        while (message.remaining() >= UserHash.BYTES) {
            users.add(UserHash.read(message));
        }
        return users;
    }

    @Override
    public synchronized void close() {
        sender.shutdown();
        removeListeners();
        hearing.set(false);
    }
}
