package dev.cordon.gateway;

import dev.cordon.auth.Identity;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.cluster.Presence;
import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.hook.HookCall;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.PatientThreads;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Admissions;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.Transport;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Publisher;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The collaborators, settings and rate limiters that all connections share. Thread-safe. */
public final class Gateway {
    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());

    /** Most addresses, or users, in a rate limiter. */
    private static final int MAX_RATES = 1_000_000;

    final WebSocketManagerFactory factory;
    final Admissions admissions;
    final TokenVerifier verifier;
    final UserLog log;
    final Publisher publisher;
    final Presence presence;
    final Supplier<Limits> limits;
    final Supplier<SocketSettings> settings;
    final SocketCounters counters;
    final Clock clock;
    final Ticker ticker;
    final Supplier<Optional<String>> shownNode;
    final HookDispatcher hooks;
    final Rejections rejections;
    /** Threads that wait for key servers. */
    final PatientThreads keyThreads = new PatientThreads("cordon-keys");

    final RateLimiter<String> addressRate;
    final RateLimiter<UserId> userRate;

    /** @param shownNode the name of this node that clients are told; empty but for a cluster in development mode */
    public Gateway(
            WebSocketManagerFactory factory,
            Admissions admissions,
            TokenVerifier verifier,
            UserLog log,
            Publisher publisher,
            Presence presence,
            Supplier<Limits> limits,
            Supplier<SocketSettings> settings,
            SocketCounters counters,
            Clock clock,
            Ticker ticker,
            Supplier<Optional<String>> shownNode,
            HookDispatcher hooks) {
        this.factory = factory;
        this.admissions = admissions;
        this.verifier = verifier;
        this.log = log;
        this.publisher = publisher;
        this.presence = presence;
        this.limits = limits;
        this.settings = settings;
        this.counters = counters;
        this.clock = clock;
        this.ticker = ticker;
        this.shownNode = shownNode;
        this.hooks = hooks;
        this.rejections = new Rejections(ticker::nanos);
        int most = HeapShare.RATES.count(2L * RateLimiter.BYTES, MAX_RATES);
        this.addressRate = new RateLimiter<>(ticker, most);
        this.userRate = new RateLimiter<>(ticker, most);
        if (hooks.any()) {
            factory.whenEnded(connection -> connection.ending().ifPresent(why -> hooks.ended(connection.id(), why)));
        }
    }

    /** Opens a connection on a transport, whose handshake has no headers for hooks. */
    public Optional<CommandHandler> opened(Transport transport) {
        return opened(transport, Map.of());
    }

    /**
     * Opens a connection on a transport. Empty if the node stops or is full: then the socket is closed, and the client
     * reconnects later.
     *
     * @param headers {@link #headersForHooks}
     */
    public Optional<CommandHandler> opened(Transport transport, Map<String, String> headers) {
        return opened(transport, headers, Optional.empty());
    }

    /**
     * Opens a connection on a transport, like the other {@code opened}.
     *
     * @param known the identity of the client's token, if the token was verified before; the connect command then needs
     *     no token
     */
    public Optional<CommandHandler> opened(Transport transport, Map<String, String> headers, Optional<Identity> known) {
        Optional<Connection> connection = factory.accept(transport);
        if (connection.isEmpty()) {
            counters.reject(SocketCounters.Rejected.CONNECTION_CAP);
            transport.close(Disconnect.SHUTDOWN);
        }
        return connection.map(accepted -> new CommandHandler(accepted, this, keyThreads, headers, known));
    }

    /**
     * Logs a failed connection at debug level only: a peer that breaks off or breaks the protocol is at fault itself.
     */
    public void failed(Throwable cause) {
        LOG.log(Level.DEBUG, () -> "A connection failed: " + cause.getClass().getSimpleName());
    }

    /** Whether the application's hooks see headers of handshakes. Then the container must parse them. */
    public boolean keepsHeaders() {
        return !hooks.headers().isEmpty();
    }

    /** The headers of a handshake that the application's hooks may see: those of {@code cordon.hook.headers} alone. */
    public Map<String, String> headersForHooks(HandshakeRequest handshake) {
        if (!keepsHeaders()) {
            return Map.of();
        }
        Map<String, String> kept = new HashMap<>();
        for (String name : hooks.headers()) {
            List<String> values = handshake.header(name);
            if (!values.isEmpty()) {
                // Cookies are the one list that is not separated by commas (RFC 6265 §5.4).
                kept.put(name, String.join(name.equals("cookie") ? "; " : ", ", values));
            }
        }
        return kept;
    }

    /** Whether the application decides on subscriptions. */
    boolean asksBeforeSubscribe() {
        return hooks.decides(HookCall.Kind.SUBSCRIBE);
    }

    /** Removes entries that the rate limiters no longer need. Returns their number. */
    public int sweepRates() {
        SocketSettings now = settings.get();
        int before = addressRate.size() + userRate.size();
        addressRate.sweep(now.connectRatePerAddress(), now.connectRatePerAddress() * 4.0);
        userRate.sweep(now.connectRatePerUser() / 60.0, now.connectRatePerUser());
        return Math.max(0, before - addressRate.size() - userRate.size());
    }

    /** Adds the memory of the rate limiters to the account of the heap. */
    public void enter(HeapAccount account) {
        account.enter(
                HeapShare.RATES,
                () -> (long) RateLimiter.BYTES * (addressRate.size() + userRate.size()),
                HeapShare.RATES::bytes);
    }

    /** Gives up the tasks that wait for keys. For the end of the application. */
    public void close() {
        keyThreads.close();
    }

    /** The operator's log of rejected clients. */
    public Rejections rejections() {
        return rejections;
    }

    /** The counters of handshakes, connects and commands. */
    public SocketCounters counters() {
        return counters;
    }

    /** Nanoseconds as {@link System#nanoTime}. */
    public long nanos() {
        return ticker.nanos();
    }

    /** Time within which an accepted handshake must become a connection. */
    public Duration connectDeadline() {
        return limits.get().connectDeadline();
    }

    /** Runs a task on a thread that may wait for the log. Returns false if there is none. */
    public boolean patiently(Runnable task) {
        try {
            log.patiently(task);
            return true;
        } catch (LogUnavailableException e) {
            return false;
        }
    }

    /** Whether the node accepts connections. */
    public boolean accepting() {
        return factory.accepting();
    }

    /** Whether the node may take one more connection. */
    boolean hasRoom() {
        return factory.connections().size() < limits.get().maxConnections();
    }

    /** @param self scheme, host and port to which the handshake was sent */
    boolean originAllowed(Optional<String> origin, String self) {
        return new Origins(settings.get().allowedOrigins()).permits(origin, self);
    }

    boolean userMayConnect(UserId user) {
        int perMinute = settings.get().connectRatePerUser();
        return userRate.tryTake(user, perMinute / 60.0, perMinute);
    }

    boolean addressMayConnect(String address) {
        int perSecond = settings.get().connectRatePerAddress();
        return addressRate.tryTake(address, perSecond, perSecond * 4.0);
    }
}
