package dev.cordon.jdbc;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.UserHash;
import dev.cordon.cluster.Wakeup;
import dev.cordon.cluster.WakeupQueue;
import dev.cordon.heap.OutOfMemory;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Wakeups by PostgreSQL's {@code LISTEN} and {@code NOTIFY}. A notification names its form, its sender and what is new:
 * the hashes of users, a star for all users, an exclamation mark for an order, a question mark for a question, or an
 * equals sign and a question's id for an answer. One of the second form asks for a probe: a question mark and the hashes
 * of users. Users who are woken while a notification is under way share the next one.
 *
 * <p>Several logs may be in schemas of one database, whose notifications all of their nodes get. So behind the sender
 * stands whose log it is. A node ignores those of another log, and takes those that do not say it for its own: {@code
 * cordon_publish} says none, and neither do nodes of a version before.
 *
 * <p>A notification has a transaction of its own, behind that of the publications: one within it would make commits wait
 * for each other while they are written to the disk (ADR 0024).
 */
final class DatabaseWakeup implements Wakeup {
    /** Most users of one notification. PostgreSQL's payload must have fewer than 8,000 bytes. */
    static final int MAX_USERS = 960;

    /** Most notifications of one statement. Beyond it, all users are woken. */
    static final int MAX_NOTIFICATIONS = 4;

    static final String CHANNEL = "cordon_wakeup";
    /** The sender of a notification that the schema's function {@code cordon_publish} sends. */
    private static final String APPLICATION = "sql";

    private static final String FORM = "1";
    private static final String ALL = "*";
    private static final String ORDER = "!";
    private static final String QUESTION = "?";
    private static final String ANSWER = "=";
    /** Versions that do not know a form take it for a hint that anything may be new. */
    private static final String SECOND_FORM = "2";

    private static final String PROBE = "?";
    /** Between a sender and its log. Neither has it. */
    private static final String AT = "@";
    /** A number that no two logs of a database share. */
    private static final String OWN_LOG = "'cordon_log'::regclass::oid::text";
    /** A notification, which has an {@link #AT} behind its sender, with the log behind that. */
    private static final String NAMING_LOG = "replace(p, '" + AT + "', '" + AT + "' || " + OWN_LOG + ")";

    private static final String NOTIFY =
            "SELECT pg_notify('" + CHANNEL + "', " + NAMING_LOG + ") FROM (SELECT ?::text AS p) AS one";
    private static final String NOTIFY_ALL =
            "SELECT pg_notify('" + CHANNEL + "', " + NAMING_LOG + ") FROM unnest(?) AS p";
    /** Time for which the listening thread waits before it looks whether it shall end. */
    private static final Duration LOOK = Duration.ofMillis(500);
    /** Looks without a notification after which the connection is checked. */
    private static final int QUIET_LOOKS = 10;

    private static final int CHECK_SECONDS = 2;
    private static final System.Logger LOG = System.getLogger(DatabaseWakeup.class.getName());

    private final Database database;
    private final Connections connections;
    private final String node;
    private final ClusterCounters counters;
    private final ClusterCounters.Hearing hearing;
    private final WakeupQueue queue;
    private final Thread listener;
    private volatile @Nullable Hearer hearer;
    private volatile boolean closed;
    /** Of users' hashes. Read when listening begins: a restored database, which may have another, ends all connections. */
    private volatile @Nullable String secret;
    /** Whether the log says that listening fails. Confined to the listening thread. */
    private boolean told;

    /**
     * @param node id of this node, without a colon
     * @param connections for the one connection that listens
     */
    DatabaseWakeup(Database database, Connections connections, String node, ClusterCounters counters) {
        this.database = database;
        this.connections = connections;
        this.node = node;
        this.counters = counters;
        this.hearing = counters.hearing();
        this.queue = new WakeupQueue(database::execute, this::send, this::lost);
        this.listener = new Thread(this::listenUntilClosed, "cordon-wakeup");
        listener.setDaemon(true);
    }

    @Override
    public void listen(Hearer to) {
        hearer = to;
        listener.start();
    }

    @Override
    public void wake(Collection<UserId> users) {
        queue.add(users);
    }

    private void lost(Throwable why) {
        counters.wakeupsFailed.increment();
        LOG.log(Level.DEBUG, "A wakeup is lost", why);
    }

    private void send(List<UserId> users) throws SQLException {
        counters.wakeupsSent.add(database.alone(connection -> notifyOthers(connection, users)));
    }

    private int notifyOthers(Connection connection, List<UserId> users) throws SQLException {
        String known = secret;
        List<String> payloads =
                payloads(users, known == null ? ChannelEpochs.read(connection).secret() : known);
        if (payloads.size() == 1) {
            boolean unused = hint(connection, payloads.get(0));
            return 1;
        }
        try (PreparedStatement notify = connection.prepareStatement(NOTIFY_ALL)) {
            notify.setArray(1, connection.createArrayOf("text", payloads.toArray()));
            notify.execute();
        }
        return payloads.size();
    }

    private List<String> payloads(List<UserId> users, String secret) {
        if (users.size() > MAX_USERS * MAX_NOTIFICATIONS) {
            return List.of(head() + ALL);
        }
        List<String> payloads = new ArrayList<>();
        for (int from = 0; from < users.size(); from += MAX_USERS) {
            payloads.add(users.subList(from, Math.min(users.size(), from + MAX_USERS)).stream()
                    .map(user -> UserHash.of(secret, user).text())
                    .collect(Collectors.joining("", head(), "")));
        }
        return payloads;
    }

    private String head() {
        return head(node);
    }

    private static String head(String node) {
        return FORM + ":" + node + AT + ":";
    }

    /**
     * The notification that asks for a probe of users.
     *
     * @param users at most {@link #MAX_USERS}
     */
    static String probe(String node, List<UserHash> users) {
        return users.stream()
                .map(UserHash::text)
                .collect(Collectors.joining("", SECOND_FORM + ":" + node + AT + ":" + PROBE, ""));
    }

    /** The notification that a node has stored an order. */
    static String orderHint(String node) {
        return head(node) + ORDER;
    }

    /** The notification that a node has stored a question. */
    static String questionHint(String node) {
        return head(node) + QUESTION;
    }

    /** The notification that a node has stored an answer. */
    static String answerHint(String node, String question) {
        return head(node) + ANSWER + question;
    }

    /** Sends a notification, with the log behind its sender, within the connection's transaction. */
    static boolean hint(Connection connection, String notification) throws SQLException {
        try (PreparedStatement hint = connection.prepareStatement(NOTIFY)) {
            hint.setString(1, notification);
            return hint.execute();
        }
    }

    private void listenUntilClosed() {
        while (!closed) {
            try {
                Connection connection = connections.take();
                try {
                    listenOn(connection);
                } finally {
                    secret = null;
                    end(connection);
                }
            } catch (OutOfMemoryError e) {
                OutOfMemory.ends(e);
            } catch (SQLException | RuntimeException | Error e) {
                tellFailed(e);
                pause();
            }
        }
    }

    /** Gives the connection back. A pool keeps it open, so it must not go on listening. */
    private void end(Connection connection) {
        try (Statement unlisten = connection.createStatement()) {
            unlisten.execute("UNLISTEN " + CHANNEL);
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "The connection of LISTEN is lost", e);
        } finally {
            connections.giveBack(connection, true);
        }
    }

    /** Logs one line when listening fails, and the details of each failure for who looks for them. */
    private void tellFailed(Throwable why) {
        if (hearing.set(false) || !told) {
            told = true;
            LOG.log(
                    Level.WARNING,
                    "This node hears no wakeups: {0}. Messages of other nodes arrive up to 30 seconds late until it does"
                            + " (docs/scaling.md)",
                    SqlFailure.logMessage(why));
        }
        LOG.log(Level.DEBUG, "Listening for wakeups failed; it begins again", why);
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void listenOn(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        try (Statement listen = connection.createStatement()) {
            listen.execute("LISTEN " + CHANNEL);
        }
        String log = ownLog(connection);
        String read = ChannelEpochs.read(connection).secret();
        secret = read;
        tell(to -> to.listening(read));
        hearing.set(true);
        if (told) {
            told = false;
            LOG.log(Level.INFO, "This node hears wakeups again");
        }
        for (int quiet = 0; !closed; quiet++) {
            PGNotification[] heard = postgres.getNotifications((int) LOOK.toMillis());
            if (heard != null && heard.length > 0) {
                quiet = 0;
                for (PGNotification one : heard) {
                    hear(one.getParameter(), log);
                }
            } else if (quiet >= QUIET_LOOKS) {
                quiet = 0;
                if (!connection.isValid(CHECK_SECONDS)) {
                    throw new SQLException("the connection is dead");
                }
            }
        }
    }

    private static String ownLog(Connection connection) throws SQLException {
        try (Statement read = connection.createStatement();
                ResultSet row = read.executeQuery("SELECT " + OWN_LOG)) {
            row.next();
            return row.getString(1);
        }
    }

    private void tell(Consumer<Hearer> what) {
        Hearer to = hearer;
        if (to != null && !closed) {
            what.accept(to);
        }
    }

    /**
     * Ignores what this node has sent, and what belongs to another log. Whoever may log in to the database can notify:
     * what cannot be read wakes all.
     */
    private void hear(String notification, String log) {
        String[] parts = notification.split(":", 3);
        if (parts.length != 3) {
            tell(Hearer::unsure);
            return;
        }
        String[] from = parts[1].split(AT, 2);
        boolean own = from.length == 1 || from[1].equals(log);
        if (own && !from[0].equals(node)) {
            tell(meaning(parts[0], from[0], parts[2]));
        }
    }

    /** A form that a later version may send wakes all. */
    private static Consumer<Hearer> meaning(String form, String sender, String text) {
        try {
            if (form.equals(SECOND_FORM) && text.startsWith(PROBE)) {
                List<UserHash> users = hashes(text.substring(PROBE.length()));
                return to -> to.probed(users);
            } else if (!form.equals(FORM) || text.equals(ALL)) {
                return Hearer::unsure;
            } else if (text.equals(ORDER)) {
                return Hearer::ordered;
            } else if (text.equals(QUESTION)) {
                return Hearer::asked;
            } else if (text.startsWith(ANSWER)) {
                return to -> to.answered(text.substring(ANSWER.length()));
            }
            List<UserHash> users = hashes(text);
            return sender.equals(APPLICATION) ? to -> to.committed(users) : to -> to.woken(users);
        } catch (IllegalArgumentException e) {
            LOG.log(Level.DEBUG, "A notification has something else where users' hashes should be", e);
            return Hearer::unsure;
        }
    }

    /** @throws IllegalArgumentException if the text is something else */
    private static List<UserHash> hashes(String text) {
        List<UserHash> users = new ArrayList<>(text.length() / UserHash.LENGTH);
        if (text.length() % UserHash.LENGTH != 0) {
            throw new IllegalArgumentException("not users' hashes");
        }
        for (int from = 0; from < text.length(); from += UserHash.LENGTH) {
            users.add(UserHash.parse(text.substring(from, from + UserHash.LENGTH)));
        }
        return users;
    }

    @Override
    public void close() {
        closed = true;
        listener.interrupt();
    }
}
