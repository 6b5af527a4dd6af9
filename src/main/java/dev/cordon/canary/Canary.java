package dev.cordon.canary;

import dev.cordon.manager.Ticker;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.publish.Publisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The synthetic users that test the running node. Two of them receive messages in turn, and the canary checks which message arrives where.
 * Every {@link #VISITS} a third user connects, is sent much and does not read, until the server closes its connection. Lost connections are
 * opened again after growing pauses. Errors are counted in the {@link CanaryReport}; alerts watch the counts.
 *
 * <p>{@link #run} is the canary's only thread; any thread may call {@link #stop}.
 */
public final class Canary implements Runnable {
    /** Time after which a message that has not arrived is lost. */
    static final Duration LATE = Duration.ofSeconds(5);

    static final Duration OPENING = Duration.ofSeconds(10);
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Time between two visits of the third user, and the longest time of one visit. */
    static final Duration VISITS = Duration.ofMinutes(1);

    private static final int TOKEN_ENDED = 3005;
    private static final Duration UPKEEP = Duration.ofMillis(500);
    private static final int SMALL_BUFFER = 4 * 1024;
    private static final String FILLING = ",\"x\":\"" + "x".repeat(32 * 1024) + '"';
    private static final System.Logger LOG = System.getLogger(Canary.class.getName());

    private final Publisher publisher;
    private final Function<UserId, String> tokens;
    private final Supplier<String> tickets;
    private final Supplier<Optional<Address>> address;
    private final Runnable upkeep;
    private final Duration interval;
    private final CanaryReport report;
    private final Ticker ticker;
    private final List<CanaryUser> users;
    private final CanaryUser third;
    private final Selector selector;
    private volatile boolean stopped;
    private long publishAt;
    private long upkeepAt;
    private long visitAt;
    private long visitEnds;
    private int turn;

    /**
     * @param publisher of the stack that serves the canary's users
     * @param tokens valid tokens of those users for that stack
     * @param tickets one-time tickets that send a handshake to that stack
     * @param address empty while it is not known
     * @param upkeep the timed work of that stack, run twice a second
     * @param interval between two messages to one user
     */
    public Canary(
            Publisher publisher,
            Function<UserId, String> tokens,
            Supplier<String> tickets,
            Supplier<Optional<Address>> address,
            Runnable upkeep,
            Duration interval,
            CanaryReport report,
            Ticker ticker) {
        this.publisher = publisher;
        this.tokens = tokens;
        this.tickets = tickets;
        this.address = address;
        this.upkeep = upkeep;
        this.interval = interval;
        this.report = report;
        this.ticker = ticker;
        long now = ticker.nanos();
        this.users = List.of(new CanaryUser("canary-1", now), new CanaryUser("canary-2", now));
        this.third = new CanaryUser("canary-3", now);
        this.publishAt = now;
        this.upkeepAt = now;
        this.visitAt = now + VISITS.toNanos();
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void run() {
        report.started();
        while (!stopped) {
            try {
                step();
            } catch (IOException | RuntimeException e) {
                report.failures.increment();
                LOG.log(Level.DEBUG, "A step of the canary failed", e);
                pause();
            }
        }
        report.stopped();
        users.forEach(this::leave);
        leave(third);
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "The canary's selector did not close", e);
        }
    }

    /** Ends the canary: it publishes nothing more and closes its sockets. */
    public void stop() {
        stopped = true;
        selector.wakeup();
    }

    /** Waits after a failed step, so that repeated failures do not use the whole CPU. */
    private void pause() {
        try {
            selector.select(FIRST_PAUSE.toMillis());
        } catch (IOException e) {
            stopped = true;
            LOG.log(Level.ERROR, "The canary ends: its selector is broken", e);
        }
    }

    private void step() throws IOException {
        long now = ticker.nanos();
        if (now - upkeepAt >= 0) {
            upkeepAt = now + UPKEEP.toNanos();
            upkeep.run();
            report.rotate();
            users.forEach(user -> report.lost.add(user.overdue(now - LATE.toNanos())));
        }
        users.forEach(user -> visit(user, now));
        receiveThird(now);
        if (now - publishAt >= 0) {
            publishAt = now + interval.dividedBy(users.size()).toNanos();
            publish(users.get(turn++ % users.size()));
        }
        long rest = Math.min(publishAt, upkeepAt) - ticker.nanos();
        selector.select(Math.max(1, rest / 1_000_000));
        for (SelectionKey key : selector.selectedKeys()) {
            ready(key);
        }
        selector.selectedKeys().clear();
    }

    /** Opens the user's connection if it has none; ends one that does not connect in time. */
    private void visit(CanaryUser user, long now) {
        CanaryClient client = user.client;
        if (client == null && now - user.tryAt >= 0) {
            dial(user, 0, now);
        } else if (client != null && !user.connected && now - user.tryAt > OPENING.toNanos()) {
            failed(user, new IOException("not connected within " + OPENING.toSeconds() + " s"));
        }
    }

    private void dial(CanaryUser user, int receiveBuffer, long now) {
        Optional<Address> to = address.get();
        if (to.isEmpty()) {
            user.tryAt = now + FIRST_PAUSE.toNanos();
            return;
        }
        user.tryAt = now;
        try {
            user.client = new CanaryClient(to.get(), tickets.get(), receiveBuffer, selector);
        } catch (IOException | RuntimeException e) {
            failed(user, e);
        }
    }

    /** Connects the third user once a minute, for at most a minute. */
    private void receiveThird(long now) {
        if (third.client == null && now - visitAt >= 0 && users.stream().allMatch(user -> user.connected)) {
            visitEnds = now + VISITS.toNanos();
            visitAt = visitEnds;
            dial(third, SMALL_BUFFER, now);
        } else if (third.client != null && now - visitEnds >= 0) {
            leave(third);
            visitAt = now + VISITS.toNanos();
        }
    }

    private void publish(CanaryUser to) {
        if (third.connected) {
            int handed = send(third, FILLING);
            // The third user reads nothing, so nothing is expected. Only the server's side shows that its connection
            // has ended.
            third.forgetAll();
            if (handed == 0) {
                cutOff();
            }
        }
        if (to.connected) {
            report.sent.increment();
            send(to, "");
        }
    }

    /** Publishes a message and returns the number of connections. The latency runs from before the publish until the client has read it. */
    private int send(CanaryUser to, String filling) {
        Payload payload = Payload.json(to.next(ticker.nanos(), filling));
        try (WriteBatch writes = new WriteBatch()) {
            return publisher
                    .publish(to.channel, payload, Optional.empty(), writes)
                    .connections();
        }
    }

    private void ready(SelectionKey key) {
        CanaryUser user = owner(key);
        CanaryClient client = user.client;
        if (client == null || !key.isValid()) {
            return;
        }
        try {
            boolean open = client.state() == CanaryClient.State.OPEN;
            List<String> texts = client.ready();
            if (!open && client.state() == CanaryClient.State.OPEN) {
                client.send(new JsonWriter(512)
                        .raw("{\"id\":1,\"connect\":{\"token\":")
                        .quoted(tokens.apply(user.id))
                        .raw("}}")
                        .asString());
            }
            for (String text : texts) {
                for (String line : text.split("\n", -1)) {
                    line(user, client, line);
                }
            }
        } catch (IOException | RuntimeException e) {
            ended(user, client, e);
        }
    }

    private CanaryUser owner(SelectionKey key) {
        return users.stream()
                .filter(user -> user.client == key.attachment())
                .findFirst()
                .orElse(third);
    }

    private void line(CanaryUser user, CanaryClient client, String line) throws IOException {
        if (line.equals("{}")) {
            client.send(line);
        } else if (line.startsWith("{\"id\":1,\"connect\"")) {
            user.connected = true;
            user.failures = 0;
            report.connects.increment();
            if (user == third) {
                client.stopReading();
            }
        } else if (line.contains("\"push\"")) {
            pushed(user, line);
        } else {
            throw new IOException("not an answer of the protocol: " + line);
        }
    }

    private void pushed(CanaryUser user, String line) {
        Optional<Long> number = user.numberOf(line);
        if (number.isEmpty()) {
            report.foreign.increment();
            LOG.log(Level.ERROR, "The canary received a message that was not meant for its user");
            return;
        }
        OptionalLong published = user.arrived(number.get());
        if (published.isEmpty()) {
            report.lost.increment();
            return;
        }
        report.arrived(ticker.nanos() - published.getAsLong(), third.connected);
        if (users.stream().allMatch(each -> each.connected && (each == user || !each.waits()))) {
            report.allWell();
        }
    }

    private void ended(CanaryUser user, CanaryClient client, Exception why) {
        if (user == third && user.connected) {
            cutOff();
        } else if (client.closeCode() == TOKEN_ENDED) {
            leave(user);
            user.tryAt = ticker.nanos();
        } else {
            failed(user, why);
        }
    }

    private void cutOff() {
        report.cuts.increment();
        leave(third);
        visitAt = ticker.nanos() + VISITS.toNanos();
    }

    private void failed(CanaryUser user, Exception why) {
        report.failures.increment();
        LOG.log(Level.DEBUG, () -> "A connection of the canary failed: " + why);
        leave(user);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(user.failures++, 10));
        user.tryAt = ticker.nanos() + (pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause).toNanos();
    }

    private void leave(CanaryUser user) {
        CanaryClient client = user.client;
        if (client != null) {
            client.close();
        }
        user.client = null;
        user.connected = false;
        user.forgetAll();
    }
}
