package dev.cordon.payara;

import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.gateway.Subprotocols;
import dev.cordon.http.PlainHead;
import dev.cordon.http.PlainPost;
import dev.cordon.http.PlainPosts;
import dev.cordon.payara.Routes.Route;
import dev.cordon.websocket.SwitchingProtocols;
import dev.cordon.websocket.WebSocketConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.jspecify.annotations.Nullable;

/**
 * A filter in front of one listener's HTTP codec that answers plain handshakes (ADR 0006) and plain POSTs (ADR 0010).
 * It answers on routes that the container has led to this application before. Unusual requests, and all handshakes to
 * be rejected, go on to the container.
 *
 * <p>The filter looks at a connection as long as it has answered everything on it. Only then does the filter know where
 * a request begins. From the first byte that goes on, the connection belongs to the container. Thread-safe.
 */
final class DirectRequestFilter extends BaseFilter {
    /** Most bytes of a POST, head and body. A longer one costs the container little in comparison. */
    static final int MAX_POST = 64 * 1024;

    /** A client that sends a request while more bytes than these of its answers are unread is disconnected. */
    private static final int MAX_UNREAD = 8 * 1024 * 1024;

    /** Marks connections that belong to the container. */
    private static final String SEEN = DirectRequestFilter.class.getName() + ".seen";

    /**
     * Size in bytes of an authenticated request that has not arrived completely. The filter waits until that many bytes
     * are there.
     */
    private static final String AWAITED = DirectRequestFilter.class.getName() + ".awaited";

    private final Routes<GatewaySockets> handshakes = new Routes<>();
    private final Routes<PlainPosts> posts = new Routes<>();
    private final UnreadAnswers unread;
    private volatile boolean open = true;

    /** @param unread watches connections whose answers wait */
    DirectRequestFilter(UnreadAnswers unread) {
        this.unread = unread;
    }

    void learn(Route route, GatewaySockets sockets) {
        handshakes.learn(route, sockets);
    }

    void learn(Route route, PlainPosts to) {
        posts.learn(route, to);
    }

    /** Leaves everything to the container from now on. */
    void end() {
        open = false;
        handshakes.clear();
        posts.clear();
    }

    @Override
    public NextAction handleRead(FilterChainContext context) throws IOException {
        if (!open
                || !(context.getConnection() instanceof TCPNIOConnection connection)
                || connection.getAttributes().getAttribute(SEEN) != null) {
            return context.getInvokeAction();
        }
        Buffer input = context.getMessage();
        if (connection.getAttributes().getAttribute(AWAITED) instanceof Integer size && input.remaining() < size) {
            return context.getStopAction(input);
        }
        NextAction next = input.hasRemaining() && input.get(input.position()) == 'G'
                ? handshake(context, connection, input)
                : posts(context, connection, input);
        if (next == null) {
            leave(connection);
            return context.getInvokeAction();
        }
        return next;
    }

    /** Leaves the connection to the container from now on. */
    private static void leave(TCPNIOConnection connection) {
        connection.getAttributes().setAttribute(SEEN, SEEN);
    }

    private static byte[] peek(Buffer input, int most) {
        int start = input.position();
        byte[] bytes = new byte[Math.min(input.remaining(), most)];
        input.get(bytes);
        input.position(start);
        return bytes;
    }

    private @Nullable NextAction handshake(FilterChainContext context, TCPNIOConnection connection, Buffer input)
            throws IOException {
        if (input.remaining() > PlainHead.MAX_BYTES
                || connection.getAsyncWriteQueue().size() > 0) {
            return null;
        }
        byte[] bytes = peek(input, PlainHead.MAX_BYTES);
        Optional<PlainHandshake> handshake = PlainHandshake.read(bytes, bytes.length, address(connection));
        GatewaySockets sockets = handshake
                .map(of -> handshakes.to(new Route(of.host(), of.path())))
                .orElse(null);
        if (sockets == null
                || earlyAndCompressed(sockets, handshake.get(), bytes.length)
                || sockets.reject(handshake.get()).isPresent()) {
            return null;
        }
        input.tryDispose();
        // Never resumed: the end of a read event would start the server's idle timeout, which sees no further events of
        // the connection.
        NextAction suspended = context.getSuspendAction();
        context.suspend();
        takeOver(sockets, connection, context.getFilterChain(), handshake.get(), bytes);
        return suspended;
    }

    /**
     * Whether frames follow that may be compressed. No client sends them before it knows the answer, and this thread, on
     * which other connections depend, must not wait for a decompressor.
     */
    private static boolean earlyAndCompressed(GatewaySockets sockets, PlainHandshake handshake, int length) {
        return handshake.end() < length && sockets.extension(handshake).isPresent();
    }

    /**
     * Answers the handshake and opens the socket.
     *
     * @param over filters through which the connection is closed
     */
    private static void takeOver(
            GatewaySockets sockets,
            TCPNIOConnection connection,
            FilterChain over,
            PlainHandshake handshake,
            byte[] bytes)
            throws IOException {
        Optional<String> extension = sockets.extension(handshake);
        ByteBuffer answer = ByteBuffer.wrap(SwitchingProtocols.bytes(handshake.key(), extension));
        ((SocketChannel) connection.getChannel()).write(answer);
        if (answer.hasRemaining()) {
            connection.terminateSilently();
            return;
        }
        sockets.gateway().counters().take(SocketCounters.Way.SHORTCUT);
        GrizzlyWire wire = new GrizzlyWire(connection, over);
        WebSocketConnection socket =
                sockets.open(wire, Subprotocols.encoding(handshake), handshake.remoteAddress(), extension.isPresent());
        socket.received(bytes, handshake.end(), bytes.length);
        wire.start(socket);
    }

    /** Answers one POST after the other. Returns null if the next request is for the container. */
    private @Nullable NextAction posts(FilterChainContext context, TCPNIOConnection connection, Buffer input)
            throws IOException {
        Buffer left = input;
        while (left.hasRemaining()) {
            context.setMessage(left);
            byte[] start = peek(left, PlainHead.MAX_BYTES);
            if (PlainPost.begun(start, start.length)) {
                // The container must not wait for the rest: it loses its place when more than one request comes next.
                return context.getStopAction(left);
            }
            Optional<PlainPost> read = PlainPost.read(start, start.length);
            PlainPosts to = read.map(this::to).orElse(null);
            if (to == null) {
                return null;
            }
            PlainPost post = read.get();
            if (post.size() > left.remaining()) {
                // Many clients write head and body one after the other. The head of a stranger is not kept.
                if (!to.trusts(post.head())) {
                    return null;
                }
                connection.getAttributes().setAttribute(AWAITED, post.size());
                return context.getStopAction(left);
            }
            if (connection.getAsyncWriteQueue().spaceInBytes() > MAX_UNREAD) {
                // The client sends on without reading its answers.
                connection.terminateSilently();
                break;
            }
            connection.getAttributes().removeAttribute(AWAITED);
            byte[] request = post.size() <= start.length ? start : peek(left, post.size());
            if (to.waits()) {
                if (!to.trusts(post.head())) {
                    return null;
                }
                left = behind(connection, left, post.size());
                NextAction suspended = later(to, post, request, new LateAnswer(context, connection, left));
                if (suspended != null) {
                    return suspended;
                }
                continue;
            }
            byte[] answer = to.answer(post, request);
            if (answer == null) {
                return null;
            }
            left = behind(connection, left, post.size());
            send(connection, answer);
        }
        left.tryDispose();
        return context.getStopAction();
    }

    private void send(TCPNIOConnection connection, byte[] answer) throws IOException {
        ByteBuffer unsent = GrizzlyWire.write(connection, answer);
        if (unsent != null) {
            GrizzlyWire.queue(connection, unsent, new EmptyCompletionHandler<>());
            unread.add(connection);
        }
    }

    /**
     * Asks for an answer that may have to wait. Returns null if the answer came at once and has been sent. Otherwise
     * the connection is not read until the answer has been sent.
     */
    private @Nullable NextAction later(PlainPosts to, PlainPost post, byte[] request, LateAnswer answer)
            throws IOException {
        to.answerLater(post, request, bytes -> answer.came(bytes, this::send));
        byte[] already = answer.already();
        if (already == null) {
            return answer.suspend(this::send);
        }
        send(answer.connection(), already);
        return null;
    }

    /** Returns the bytes behind a request in a new buffer: the server's own buffer must not be cut. */
    private static Buffer behind(TCPNIOConnection connection, Buffer input, int size) {
        input.position(input.position() + size);
        if (!input.hasRemaining()) {
            return input;
        }
        byte[] rest = peek(input, input.remaining());
        input.tryDispose();
        return Buffers.wrap(connection.getMemoryManager(), rest);
    }

    /** Returns the API that answers a POST here; null if the POST is for the container. */
    private @Nullable PlainPosts to(PlainPost post) {
        PlainPosts to = posts.to(new Route(post.host(), post.base()));
        return to != null && post.size() <= MAX_POST && to.takes(post.name()) ? to : null;
    }

    private static String address(TCPNIOConnection connection) {
        SocketAddress peer = connection.getPeerAddress();
        return peer instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : "unknown";
    }
}
