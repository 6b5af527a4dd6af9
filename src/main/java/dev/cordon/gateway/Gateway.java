package dev.cordon.gateway;

import dev.cordon.auth.TokenVerifier;
import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
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
import java.util.Optional;
import java.util.function.Supplier;

/** What every connection's handler needs, in one place. Thread-safe. */
public final class Gateway {
    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());

    /** Addresses, and users, in a rate limiter. */
    private static final int MAX_RATES = 1_000_000;

    final WebSocketManagerFactory factory;
    final Admissions admissions;
    final TokenVerifier verifier;
    final UserLog log;
    final Publisher publisher;
    final Supplier<Limits> limits;
    final Supplier<SocketSettings> settings;
    final SocketCounters counters;
    final Clock clock;
    final Ticker ticker;
    final Rejections rejections;
    /** Wait for servers with keys. */
    final PatientThreads keyThreads = new PatientThreads("cordon-keys");

    final RateLimiter<String> addressRate;
    final RateLimiter<UserId> userRate;

    public Gateway(
            WebSocketManagerFactory factory,
            Admissions admissions,
            TokenVerifier verifier,
            UserLog log,
            Publisher publisher,
            Supplier<Limits> limits,
            Supplier<SocketSettings> settings,
            SocketCounters counters,
            Clock clock,
            Ticker ticker) {
        this.factory = factory;
        this.admissions = admissions;
        this.verifier = verifier;
        this.log = log;
        this.publisher = publisher;
        this.limits = limits;
        this.settings = settings;
        this.counters = counters;
        this.clock = clock;
        this.ticker = ticker;
        this.rejections = new Rejections(ticker::nanos);
        int most = HeapShare.RATES.count(2L * RateLimiter.BYTES, MAX_RATES);
        this.addressRate = new RateLimiter<>(ticker, most);
        this.userRate = new RateLimiter<>(ticker, most);
    }

    /**
     * Takes in a socket. Empty when the node stops or is full: the socket is closed and the client comes back later.
     */
    public Optional<CommandHandler> opened(Transport transport) {
        Optional<Connection> connection = factory.accept(transport);
        if (connection.isEmpty()) {
            counters.reject(SocketCounters.Refused.CONNECTION_CAP);
            transport.close(Disconnect.SHUTDOWN);
        }
        return connection.map(accepted -> new CommandHandler(accepted, this, keyThreads));
    }

    /** A peer that breaks off or breaks the protocol is its own affair: worth a line for whoever looks for it, no more. */
    public void failed(Throwable cause) {
        LOG.log(Level.DEBUG, () -> "A connection failed: " + cause.getClass().getSimpleName());
    }

    /** Forgets what the rate limiters no longer need; returns how many entries. */
    public int sweepRates() {
        SocketSettings now = settings.get();
        int before = addressRate.size() + userRate.size();
        addressRate.sweep(now.connectRatePerAddress(), now.connectRatePerAddress() * 4.0);
        userRate.sweep(now.connectRatePerUser() / 60.0, now.connectRatePerUser());
        return Math.max(0, before - addressRate.size() - userRate.size());
    }

    /** Enters who is in the rate limiters. */
    public void enter(HeapAccount account) {
        account.enter(
                HeapShare.RATES,
                () -> (long) RateLimiter.BYTES * (addressRate.size() + userRate.size()),
                HeapShare.RATES::bytes);
    }

    /** At the end of the application: what waits for keys is given up. */
    public void close() {
        keyThreads.close();
    }

    /** Why clients are rejected, for the operator. */
    public Rejections rejections() {
        return rejections;
    }

    /** Counts of the way in. */
    public SocketCounters counters() {
        return counters;
    }

    /** Nanoseconds as {@link System#nanoTime}. */
    public long nanos() {
        return ticker.nanos();
    }

    /** How long an accepted handshake may take to become a connection. */
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

    /** Whether the node serves. */
    public boolean accepting() {
        return factory.accepting();
    }

    /** Whether one more connection may be made. */
    boolean hasRoom() {
        return factory.connections().size() < limits.get().maxConnections();
    }

    /** @param self scheme, host and port that the handshake was sent to */
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
