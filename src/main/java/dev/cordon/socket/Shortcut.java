package dev.cordon.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.attributes.AttributeHolder;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;

/**
 * Answers plain handshakes in front of one listener's HTTP codec, on routes that the container has led to this application before (ADR
 * 0006). It only ever says yes: whatever is unusual, or to be refused, goes on to the container, and so to {@link UpgradeFilter}, which
 * finds the words for it.
 *
 * <p>Looks at the first bytes of a connection and at nothing else: later ones may lie within a request's body. Thread-safe.
 */
final class Shortcut extends BaseFilter {
    /** Routes that are kept; the names that a server is reached by are few, but they come from the network. */
    static final int MAX_ROUTES = 64;

    /** Marks connections whose first bytes went on. */
    private static final String SEEN = Shortcut.class.getName() + ".seen";

    private final Gateway gateway;
    private final Set<Route> routes = ConcurrentHashMap.newKeySet();
    private volatile boolean open = true;

    /** Where a handshake is sent to; the scheme belongs to the listener. */
    record Route(String host, String path) {}

    Shortcut(Gateway gateway) {
        this.gateway = gateway;
    }

    void learn(Route route) {
        if (routes.size() < MAX_ROUTES) {
            routes.add(route);
        }
    }

    /** From now on everything goes on to the container. */
    void end() {
        open = false;
        routes.clear();
    }

    @Override
    public NextAction handleRead(FilterChainContext context) throws IOException {
        if (open && context.getConnection() instanceof TCPNIOConnection connection && first(connection)) {
            Buffer input = context.getMessage();
            byte[] bytes = peek(input);
            Optional<PlainHandshake> handshake = PlainHandshake.read(bytes, bytes.length);
            if (handshake.isPresent() && permits(handshake.get(), connection)) {
                input.tryDispose();
                // Never resumed: an event that ends would start the clock of the server's idle timeout, which sees no
                // more of them.
                NextAction suspended = context.getSuspendAction();
                context.suspend();
                takeOver(connection, context.getFilterChain(), handshake.get(), bytes);
                return suspended;
            }
            connection.getAttributes().setAttribute(SEEN, SEEN);
        }
        return context.getInvokeAction();
    }

    private static boolean first(TCPNIOConnection connection) {
        AttributeHolder attributes = connection.getAttributes();
        return attributes.getAttribute(SEEN) == null;
    }

    private static byte[] peek(Buffer input) {
        int start = input.position();
        if (input.remaining() > PlainHandshake.MAX_BYTES || input.remaining() == 0 || input.get(start) != 'G') {
            return new byte[0];
        }
        byte[] bytes = new byte[input.remaining()];
        input.get(bytes);
        input.position(start);
        return bytes;
    }

    private boolean permits(PlainHandshake handshake, TCPNIOConnection connection) {
        return routes.contains(new Route(handshake.host(), handshake.path()))
                && gateway.takesOneMore()
                && gateway.originAllowed(handshake.origin(), "http://" + handshake.host())
                && gateway.addressMayConnect(address(connection));
    }

    /** @param over what the connection is closed through */
    private void takeOver(TCPNIOConnection connection, FilterChain over, PlainHandshake handshake, byte[] bytes)
            throws IOException {
        ByteBuffer answer = ByteBuffer.wrap(Engine.switching(handshake.key()).getBytes(StandardCharsets.US_ASCII));
        ((SocketChannel) connection.getChannel()).write(answer);
        if (answer.hasRemaining()) {
            connection.terminateSilently();
            return;
        }
        gateway.counters.take(SocketCounters.Way.SHORTCUT);
        GrizzlyWire wire = new GrizzlyWire(connection, over);
        WireSocket socket = new WireSocket(wire, gateway, address(connection));
        socket.open();
        socket.received(bytes, handshake.end(), bytes.length);
        wire.start(socket);
    }

    private static String address(TCPNIOConnection connection) {
        SocketAddress peer = connection.getPeerAddress();
        return peer instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : "unknown";
    }
}
