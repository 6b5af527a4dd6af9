package dev.cordon.client;

import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link CordonClient}. All but {@link #nodes} and {@link #apiKey} have defaults. Confined to one thread. */
public final class CordonClientBuilder {
    /**
     * Longest deadline. A node remembers an idempotency key for five minutes: a repetition after that would store its
     * message again.
     */
    public static final Duration LONGEST_DEADLINE = Duration.ofMinutes(4);

    private static final int MAX_CONNECTIONS = 256;

    private List<URI> addresses = List.of();
    private String key = "";
    private Duration callDeadline = Duration.ofSeconds(10);
    private Duration attempt = Duration.ofSeconds(5);
    private Duration closing = Duration.ofSeconds(5);
    private int senders = 2;
    private int most = 10_000;
    private long mostBytes = 32L * 1024 * 1024;
    private @Nullable SSLContext tls;

    CordonClientBuilder() {}

    /**
     * Addresses of the nodes: {@code http://host:port} or {@code https://host:port}, with the context root if there is
     * one. With several, all must serve one log ({@code cordon.cluster}): idempotency keys hold in their log only. One
     * that fails is left out for a while. A load balancer's address is one.
     */
    public CordonClientBuilder nodes(URI... nodes) {
        addresses = List.of(nodes);
        return this;
    }

    /** The same as text. */
    public CordonClientBuilder nodes(String... nodes) {
        return nodes(Arrays.stream(nodes).map(URI::create).toArray(URI[]::new));
    }

    /** One of the nodes' {@code cordon.api.keys}: printable ASCII. */
    public CordonClientBuilder apiKey(String apiKey) {
        if (apiKey.isEmpty() || !apiKey.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new IllegalArgumentException("the API key must be printable ASCII without blanks");
        }
        key = apiKey;
        return this;
    }

    /** Time for a call, with all its attempts, unless the call has its own; at most {@link #LONGEST_DEADLINE}. Default 10 s. */
    public CordonClientBuilder deadline(Duration deadline) {
        callDeadline = within(deadline);
        return this;
    }

    /**
     * Time for one attempt, connecting included; then the connection is given up and what may be repeated is sent again.
     * Default 5 s.
     */
    public CordonClientBuilder attemptTimeout(Duration timeout) {
        attempt = within(timeout);
        return this;
    }

    /** How long {@link CordonClient#close} waits for answers. Default 5 s. */
    public CordonClientBuilder closeTimeout(Duration timeout) {
        closing = within(timeout);
        return this;
    }

    /**
     * Connections for publishes, and most for all other commands: each carries one request at a time, so at most twice as
     * many are under way. 1 to 256, default 2.
     */
    public CordonClientBuilder connections(int count) {
        if (count < 1 || count > MAX_CONNECTIONS) {
            throw new IllegalArgumentException("connections is " + count + ": give 1 to " + MAX_CONNECTIONS);
        }
        senders = count;
        return this;
    }

    /**
     * Most commands that have no answer yet, and their bytes. Beyond them a blocking call waits and a future fails with
     * {@link OverloadedException}. Default 10,000 commands and 32 MiB.
     */
    public CordonClientBuilder pending(int commands, long bytes) {
        if (commands < 1 || bytes < 1) {
            throw new IllegalArgumentException("at least one command and one byte must have room");
        }
        most = commands;
        mostBytes = bytes;
        return this;
    }

    /** What trusts the certificates of https addresses; the JDK's default otherwise. Names are always checked. */
    public CordonClientBuilder sslContext(SSLContext context) {
        tls = context;
        return this;
    }

    /**
     * Makes the client. It connects with its first command.
     *
     * @throws IllegalArgumentException if an address or the API key is missing or wrong
     */
    public CordonClient build() {
        if (addresses.isEmpty() || key.isEmpty()) {
            throw new IllegalArgumentException("a client needs the address of a node and an API key");
        }
        List<Node> nodes = new ArrayList<>();
        for (URI address : addresses) {
            nodes.add(new Node(address, key));
        }
        Room room = new Room(most, mostBytes);
        return new CordonClient(new Nodes(nodes), room, context(), senders, callDeadline, attempt, closing);
    }

    private SSLContext context() {
        if (tls != null) {
            return tls;
        }
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the Java runtime has no TLS", e);
        }
    }

    /** @throws IllegalArgumentException if a duration is not positive, or over {@link #LONGEST_DEADLINE} */
    static Duration within(Duration duration) {
        if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST_DEADLINE) > 0) {
            throw new IllegalArgumentException(
                    "a duration is " + duration + ": give more than 0 and at most " + LONGEST_DEADLINE);
        }
        return duration;
    }

    /** Does not show the API key. */
    @Override
    public String toString() {
        return "CordonClientBuilder" + addresses;
    }
}
